"""Bounces of many mail systems say who was not reached, and whether for good; ordinary mails are none.

Thresholds are what is reached. A case without addresses is no bounce, or one that says nothing that could be read.
"""

import json
from pathlib import Path

from gongdan.intake.domain.mail import bounces, content, mime
from gongdan.intake.domain.mail.automatic import Look, automatic
from gongdan.shared.contracts.messages import Automatic
from gongdan.shared.mail_ids import OwnMailIds
from tests.corpus.places import Score

THRESHOLD = 0.99
OWN = OwnMailIds(b"a key for tests", "gongdan.example")


def kind_of(path: Path) -> Automatic:
    """What wrote a mail."""
    mail = mime.parse(path.read_bytes())
    return automatic(Look(mail, OWN, mail.headers.text("subject"), content.read(mail).text))


def said_in(path: Path) -> tuple[list[str], bool]:
    """The addresses that a mail says were not reached, and whether that is for now only."""
    if kind_of(path) is not Automatic.BOUNCE:
        return [], False
    mail = mime.parse(path.read_bytes())
    found = bounces.read(mail, content.read(mail).text)
    return sorted(found.addresses), bool(found.addresses) and not found.permanent


def score(corpus: Path) -> Score:
    """How the bounces come out: each address, and for how long."""
    cases = json.loads((corpus / "bounces" / "expected.json").read_text())
    wrong = []
    for case in cases:
        name = Path(case["file"]).name
        wanted = sorted(each.lower() for each in case["addresses"]), bool(case["temporary"])
        if (found := said_in(corpus / "bounces" / name)) != wanted:
            wrong.append(f"{name}: {found} instead of {wanted}")
    return Score(len(cases), wrong)


def test_bounces_are_understood(corpus: Path) -> None:
    found = score(corpus)
    assert found.right / found.cases >= THRESHOLD, found.wrong


def test_ordinary_mails_are_no_bounces(corpus: Path) -> None:
    paths = sorted((corpus / "mime").glob("*.eml"))
    assert [path.name for path in paths if kind_of(path) in (Automatic.BOUNCE, Automatic.AUTO_REPLY)] == []
