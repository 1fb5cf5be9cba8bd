"""Difficult mails, as the try-out reads them, compared with what another parser reads in them.

A mail is right when everything in it is: header, bodies, files. White space is not compared; where the other parser
gave up (U+FFFD) any text counts. Thresholds are what is reached; raise them with it. Apart from that it is counted of
how many everything is there that the other parser reads, whatever else is. What still differs, differs on
purpose: the other parser takes a line for a boundary that only begins like one, makes a file of a text that lacks its
last boundary or keeps what follows as its words, loses attached mails after the first, shows the source of a page
below a second Content-Type, and keeps zero bytes, which no database takes.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gongdan.intake.try_outs.mail import answer
from tests.corpus.places import Score

THRESHOLD = 0.925
NOTHING_MISSING = 0.98

Case = Mapping[str, Any]
Check = Callable[[Case, Case], bool]


def plain(text: str | None) -> str:
    """Without differences of white space."""
    return " ".join((text or "").split())


def alike(expected: str | None, found: str | None) -> bool:
    """Equal but for white space and for what the other parser could not read."""
    pattern = re.sub("\ufffd+", ".*", re.escape(plain(expected)).replace("\\\ufffd", "\ufffd"))
    return re.fullmatch(pattern, plain(found)) is not None


def all_alike(expected: Sequence[str | None], found: Sequence[str | None]) -> bool:
    """As many on both sides, each like the other."""
    return len(expected) == len(found) and all(map(alike, expected, found))


def persons(field: str) -> Check:
    """Compares names and addresses of a field."""

    def compare(expected: Case, found: Case) -> bool:
        names, addresses = [name for name, _ in expected[field]], [address for _, address in expected[field]]
        return all_alike(names, [each["name"] for each in found[field]]) and [
            (address or "").lower() for address in addresses
        ] == [each["address"] or "" for each in found[field]]

    return compare


def files(expected: Case, found: Case) -> bool:
    """Compares the names of files."""
    wanted = sorted(each["filename"] for each in expected["attachments"] if each["filename"])
    return all_alike(wanted, sorted(each["name"] for each in found["attachments"] if each["name"]))


def text(expected: Case, found: Case) -> bool:
    """Compares the plain text, where there is one."""
    wanted = "\n".join(body for kind, body in expected["text"] if kind == "text")
    return not wanted.strip() or alike(wanted, found["text"])


def html(expected: Case, found: Case) -> bool:
    """Whether there is a page where there should be one; its words are compared with those of the text."""
    return any(kind == "html" and body.strip() for kind, body in expected["html"]) == bool(found["html"])


def words_there(expected: Case, found: Case) -> bool:
    """Whether each expected text is part of the text; zero bytes are none."""
    wanted = (plain(body.replace("\0", "")) for kind, body in expected["text"] if kind == "text")
    return all(body in plain(found["text"]) for body in wanted)


def files_there(expected: Case, found: Case) -> bool:
    """Whether each expected file is among the files."""
    return {each["filename"] for each in expected["attachments"]} - {None} <= {
        each["name"] for each in found["attachments"]
    }


def page_there(expected: Case, found: Case) -> bool:
    """Whether there is a page if there should be one."""
    return bool(found["html"]) or html(expected, found)


CHECKS: dict[str, Check] = {
    "subject": lambda expected, found: alike(expected["subject"], found["subject"]),
    **{field: persons(field) for field in ("from", "to", "cc", "reply_to")},
    "message_id": lambda expected, found: expected["message_id"] == found["message_id"],
    "date": lambda expected, found: expected["date"] == found["date"],
    "files": files,
    "text": text,
    "html": html,
}

THERE: Mapping[str, Check] = {"text": words_there, "files": files_there, "html": page_there}


def differences(folder: Path, name: str, expected: Case) -> list[str]:
    """What is not read as expected."""
    found = answer(str(folder / name))
    return [check for check, compare in CHECKS.items() if not compare(expected, found)]


def missing(folder: Path, name: str, expected: Case) -> list[str]:
    """What is not read as expected, and is not merely more."""
    found = answer(str(folder / name))
    return [
        check
        for check, compare in CHECKS.items()
        if not compare(expected, found) and not (check in THERE and THERE[check](expected, found))
    ]


def score(corpus: Path) -> Score:
    """How the mails come out."""
    cases: dict[str, Case] = json.loads((corpus / "mime" / "expected.json").read_text())
    found = {name: differences(corpus / "mime", name, each) for name, each in cases.items()}
    return Score(len(cases), [f"{name}: {', '.join(checks)}" for name, checks in found.items() if checks])


def test_difficult_mails_are_read(corpus: Path) -> None:
    found = score(corpus)
    assert found.right / found.cases >= THRESHOLD, found.wrong


def test_of_nearly_all_difficult_mails_nothing_is_missing(corpus: Path) -> None:
    cases: dict[str, Case] = json.loads((corpus / "mime" / "expected.json").read_text())
    lacking = {name: found for name, each in cases.items() if (found := missing(corpus / "mime", name, each))}
    assert 1 - len(lacking) / len(cases) >= NOTHING_MISSING, lacking


@pytest.mark.parametrize("check", ["subject", "from", "to", "cc", "reply_to", "message_id", "date"])
def test_the_header_of_every_difficult_mail_is_read(corpus: Path, check: str) -> None:
    assert [each for each in score(corpus).wrong if re.search(rf"\b{check}\b", each)] == []
