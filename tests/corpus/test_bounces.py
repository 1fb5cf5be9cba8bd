"""Bounces of many mail systems are known as bounces, and ordinary mails are not. Thresholds are what is reached."""

import json
from pathlib import Path

from gongdan.intake.domain.mail import content, mime
from gongdan.intake.domain.mail.automatic import Look, automatic
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.mail_ids import OwnMailIds
from tests.corpus.places import Score

THRESHOLD = 0.93
OWN = OwnMailIds(b"a key for tests", "gongdan.example")


def kind_of(path: Path) -> Automatic:
    """What wrote a mail."""
    mail = mime.parse(path.read_bytes())
    return automatic(Look(mail, OWN, mail.headers.text("subject"), content.read(mail).text))


def score(corpus: Path) -> Score:
    """How the bounces come out."""
    cases = json.loads((corpus / "bounces" / "expected.json").read_text())
    bounces = [Path(case["file"]).name for case in cases if case["addresses"]]
    return Score(len(bounces), [each for each in bounces if kind_of(corpus / "bounces" / each) is not Automatic.BOUNCE])


def test_bounces_are_recognised(corpus: Path) -> None:
    found = score(corpus)
    assert found.right / found.cases >= THRESHOLD, found.wrong


def test_ordinary_mails_are_no_bounces(corpus: Path) -> None:
    paths = sorted((corpus / "mime").glob("*.eml"))
    assert [path.name for path in paths if kind_of(path) in (Automatic.BOUNCE, Automatic.AUTO_REPLY)] == []
