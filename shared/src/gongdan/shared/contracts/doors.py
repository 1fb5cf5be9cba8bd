"""What intake says on `inbound` about its ways in: mailboxes that cannot be read, and what becomes of quarantine."""

from typing import Literal
from uuid import UUID

from gongdan.shared.contracts.base import Contract

MailboxCause = Literal["token-refused", "sign-in-refused", "unreachable", "failed"]


class MailboxFailed(Contract):
    """A mailbox is not read, and an operator has to look. Said once for each time it stops being read.

    `token-refused`: the provider takes the refresh token no more, somebody has to consent again.
    """

    mailbox: str
    cause: MailboxCause
    detail: str


class MailboxRecovered(Contract):
    """A mailbox that had failed is read again."""

    mailbox: str


class QuarantineReleased(Contract):
    """Somebody had a quarantined message read again, and it was accepted as `message_id`."""

    quarantine_id: UUID
    channel: str
    source: str
    cause: str
    message_id: UUID


class QuarantinedFileReleased(Contract):
    """Somebody had a quarantined file kept all the same; messages and commands can name it by its SHA-256."""

    quarantine_id: UUID
    channel: str
    source: str
    cause: str
    name: str
    sha256: str


class QuarantineDiscarded(Contract):
    """Somebody decided that a quarantined message is not wanted. Its bytes are kept as long as all others."""

    quarantine_id: UUID
    channel: str
    source: str
    cause: str
    reason: str
