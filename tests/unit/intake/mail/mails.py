"""Mails for tests: raw bytes from a few words."""

from datetime import UTC, datetime

from gongdan.intake.domain.mail.message import Inbox, Normalised, Ourselves, RawMail, normalise
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.mail_ids import OwnMailIds

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INBOX = Inbox("support@gongdan.example", "support")
OWN = OwnMailIds(b"a key for tests", "gongdan.example")
OURS = Ourselves(OWN, frozenset({INBOX.address}))


def mail(body: bytes = b"Hello", /, **fields: str) -> bytes:
    """A mail with these header fields (underscores become hyphens); a From field is there unless given."""
    given = {"From": "Customer <customer@example.com>"} | fields
    lines = [f"{name.replace('_', '-')}: {value}".encode() for name, value in given.items()]
    return b"\r\n".join([*lines, b"", body])


def message_of(raw: bytes, sender: str | None = None) -> MessageReceived:
    """The message that a mail becomes."""
    return normalised(raw, sender).message


def normalised(raw: bytes, sender: str | None = None) -> Normalised:
    """The message with its files."""
    found = normalise(RawMail(raw, INBOX, AT, sender), OURS)
    assert isinstance(found, Normalised), found
    return found
