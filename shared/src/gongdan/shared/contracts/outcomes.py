"""What router says on `outcomes`: what became of each inbound message, under that message's id."""

from typing import Literal
from uuid import UUID

from gongdan.shared.contracts.base import Contract

How = Literal["opened", "joined", "commanded"]


class MessageApplied(Contract):
    """The message became part of a ticket. `version` is the ticket's version after it."""

    message_id: UUID
    ticket_id: UUID
    ticket: str
    version: int
    how: How
    rule: str


class MessageRejected(Contract):
    """The command cannot be done. `reason` is a stable slug, `detail` a sentence with the cure.

    `unseen`: the number of a ticket that is there, but not for the actor, who is told that there is none; only the
    audit tells it.
    """

    message_id: UUID
    ticket: str | None = None
    reason: str
    detail: str
    field: str | None = None
    unseen: str | None = None


class MessageIgnored(Contract):
    """Nothing to do, on purpose: our own mail come back, a recovery of something never reported, …"""

    message_id: UUID
    ticket: str | None = None
    reason: str
    detail: str = ""
