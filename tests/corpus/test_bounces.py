"""Bounces of many mail systems are known as bounces, and ordinary mails are not. Thresholds are what is reached."""

import json
from pathlib import Path

from gongdan.intake.domain.mail import content, mime
from gongdan.intake.domain.mail.automatic import Look, automatic
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.mail_ids import OwnMailIds

THRESHOLD = 0.93
OWN = OwnMailIds(b"a key for tests", "gongdan.example")


def kind_of(path: Path) -> Automatic:
    """What wrote a mail."""
    mail = mime.parse(path.read_bytes())
    return automatic(Look(mail, OWN, mail.headers.text("subject"), content.read(mail).text))


def test_bounces_are_recognised(corpus: Path) -> None:
    cases = json.loads((corpus / "bounces" / "expected.json").read_text())
    bounces = [Path(case["file"]).name for case in cases if case["addresses"]]
    missed = [name for name in bounces if kind_of(corpus / "bounces" / name) is not Automatic.BOUNCE]
    assert 1 - len(missed) / len(bounces) >= THRESHOLD, missed


def test_ordinary_mails_are_no_bounces(corpus: Path) -> None:
    paths = sorted((corpus / "mime").glob("*.eml"))
    assert [path.name for path in paths if kind_of(path) in (Automatic.BOUNCE, Automatic.AUTO_REPLY)] == []
