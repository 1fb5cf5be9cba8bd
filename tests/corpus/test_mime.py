"""Difficult mails, compared with what another parser reads in them. Thresholds are what is reached; raise them with it.

Where the other parser gave up (U+FFFD) any text counts; of a path only the last part counts, for the rest is cut on
purpose.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gongdan.intake.domain.mail import content, mime
from gongdan.intake.domain.mail.mime import Mail

Expected = dict[str, Any]


def alike(expected: str | None, found: str) -> bool:
    """Equal but for white space and for what the other parser could not read."""
    pattern = re.sub("\ufffd+", ".*", re.escape(" ".join((expected or "").split())).replace("\\\ufffd", "\ufffd"))
    return re.fullmatch(pattern, " ".join(found.split())) is not None


def persons_alike(field: str) -> Callable[[Mail, Expected], bool]:
    """Compares the addresses of a field."""

    def compare(mail: Mail, expected: Expected) -> bool:
        found = mail.headers.addresses(field.replace("_", "-"))
        wanted = expected[field]
        return len(found) == len(wanted) and all(
            (alike(name, each.name) or name == email) and (email or "").lower() == each.email
            for each, (name, email) in zip(found, wanted, strict=True)
        )

    return compare


def names_alike(mail: Mail, expected: Expected) -> bool:
    """Compares the names of files."""
    found = [part.name for part in mail.parts if part.name]
    wanted = [each["filename"].rsplit("/")[-1] for each in expected["attachments"] if each.get("filename")]
    return len(found) == len(wanted) and all(map(alike, wanted, found))


def text_alike(mail: Mail, expected: Expected) -> bool:
    """Compares the plain text, where there is one."""
    wanted = "\n".join(text for kind, text in expected["text"] if kind == "text")
    return not wanted.strip() or alike(wanted, content.read(mail).text)


CHECKS: dict[str, tuple[float, Callable[[Mail, Expected], bool]]] = {
    "subject": (1.0, lambda mail, expected: alike(expected["subject"], mail.headers.text("subject"))),
    "from": (0.99, persons_alike("from")),
    "to": (1.0, persons_alike("to")),
    "cc": (1.0, persons_alike("cc")),
    "reply_to": (1.0, persons_alike("reply_to")),
    "message_id": (
        1.0,
        lambda mail, expected: (mail.headers.ids("message-id") or (None,))[0] == expected["message_id"],
    ),
    "names of files": (0.96, names_alike),
    "text": (0.92, text_alike),
}


@pytest.mark.parametrize("check", CHECKS)
def test_difficult_mails_are_read(corpus: Path, check: str) -> None:
    folder = corpus / "mime"
    expected: dict[str, Expected] = json.loads((folder / "expected.json").read_text())
    threshold, compare = CHECKS[check]
    wrong = [name for name, each in expected.items() if not compare(mime.parse((folder / name).read_bytes()), each)]
    assert 1 - len(wrong) / len(expected) >= threshold, wrong
