"""Which ticket a message belongs to: an ordered table of rules, strongest proof first.

A number is proven by our own signed Message-ID, or named by a client that may. The id of a mail that is part of a
ticket is known only to those who got it. A conversation key is given by the channel. A ticket number in a subject
proves nothing: it counts only with its check digit, from somebody who takes part in that ticket already.
"""

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from gongdan.router.domain.decision import Placement, ThreadingRule
from gongdan.router.domain.keys import bounded
from gongdan.shared.contracts.messages import MessageReceived


class Known(Protocol):
    """What is known of tickets."""

    def by_number(self, number: str) -> UUID | None:
        """The ticket with this human number."""
        ...

    def by_mail(self, message_id: str) -> UUID | None:
        """The ticket that this foreign Message-ID is part of."""
        ...

    def by_conversation(self, key: str) -> UUID | None:
        """The ticket that this conversation led to."""
        ...

    def takes_part(self, ticket_id: UUID, person: str) -> bool:
        """Whether this person (by key) has written to the ticket or was copied."""
        ...


def proven_number(message: MessageReceived, known: Known) -> UUID | None:
    """The ticket whose number our own signature proves, or that an authenticated client names."""
    number = message.thread.ticket_number
    return known.by_number(number) if number else None


def foreign_message_id(message: MessageReceived, known: Known) -> UUID | None:
    """The ticket of the newest mail it refers to.

    A mail that began a ticket in each of two mailboxes leads to that of the mailbox which this message came to.
    """
    for foreign_id in message.thread.foreign_ids:
        if ticket_id := known.by_mail(bounded(foreign_id)):
            begun_here = message.conversation_key.endswith(f":{foreign_id}") and conversation(message, known)
            return begun_here or ticket_id
    return None


def conversation(message: MessageReceived, known: Known) -> UUID | None:
    """The ticket that its conversation led to before."""
    key = conversation_key(message)
    return known.by_conversation(key) if key else None


def subject_token(message: MessageReceived, known: Known) -> UUID | None:
    """The ticket whose number is in the subject, if the sender takes part in it and is who he says he is."""
    if not (message.verified and message.thread.subject_checked):
        return None
    ticket_id = _named_in_subject(message, known)
    person = bounded(message.requester.key)
    return ticket_id if ticket_id and person and known.takes_part(ticket_id, person) else None


def _named_in_subject(message: MessageReceived, known: Known) -> UUID | None:
    token = message.thread.subject_token
    return known.by_number(bounded(token)) if token else None


RULES: tuple[tuple[ThreadingRule, Callable[[MessageReceived, Known], UUID | None]], ...] = (
    ("proven_number", proven_number),
    ("foreign_message_id", foreign_message_id),
    ("conversation", conversation),
    ("subject_token", subject_token),
)


def place(message: MessageReceived, known: Known) -> Placement:
    """The ticket a message belongs to, by the first rule that knows; else it is new, perhaps a follow-up.

    The same mail in two mailboxes is two tickets, each for those who work there.
    """
    for rule, find in RULES:
        if ticket_id := find(message, known):
            return Placement(rule, ticket_id)
    own = own_mail_key(message)
    if own and (sibling := known.by_mail(own)):
        return Placement("same_mail", sibling=sibling)
    if named := _named_in_subject(message, known):
        return Placement("possible_follow_up", sibling=named)
    return Placement("new")


def mail_keys(message: MessageReceived) -> list[str]:
    """The keys of all mails that tie a message to others: those it refers to, newest first, then itself."""
    own = own_mail_key(message)
    return [*map(bounded, message.thread.foreign_ids), *([own] if own else [])]


def own_mail_key(message: MessageReceived) -> str | None:
    """The key of the mail that a message came as; None when it did not come as one, or without a Message-ID."""
    return bounded(message.mail.message_id) if message.mail and message.mail.message_id else None


def conversation_key(message: MessageReceived) -> str:
    """The key of its conversation; empty when that is only a number from the subject, which proves nothing."""
    key = message.conversation_key
    return "" if key == message.thread.subject_token else bounded(key)
