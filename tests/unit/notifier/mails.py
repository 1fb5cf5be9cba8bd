"""Mails to look at."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from gongdan.notifier.domain.message import Mail, build
from tests.unit.notifier.given import IDS, NOON


def read(mail: Mail, *files: bytes) -> EmailMessage:
    """The mail as a reader sees it."""
    message = message_from_bytes(build(mail, files), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def mail(**changes: object) -> Mail:
    """A mail with some parts as given."""
    usual: dict[str, object] = {
        "message_id": IDS.make("GD-1", "0" * 32),
        "sender": "support@gongdan.example",
        "to": "customer@example.com",
        "subject": "Re: [GD-1-4] Printer",
        "text": "Hello",
        "date": NOON,
        "mark": "m",
    }
    return Mail.model_validate(usual | changes)
