"""What is remembered of a ticket so that its mails form one thread in the customer's mail program.

The chain holds the Message-IDs of the exchange, oldest first: theirs and ours. Source: RFC 5322, 3.6.4.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from gongdan.notifier.domain.header import clean
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.messages import MailIds
from gongdan.shared.contracts.tickets import MessageAdded, TicketEvent, TicketOpened
from gongdan.shared.mail_ids import OwnMailIds

LONGEST_CHAIN = 20
USABLE_ID = re.compile(r"[!-;=?-~]{1,250}")


@dataclass(frozen=True, slots=True)
class Thread:
    """A ticket's subject and chain; of a ticket not yet heard of, both are empty."""

    ticket_id: UUID
    subject: str = ""
    chain: tuple[str, ...] = ()

    def with_ids(self, ids: Iterable[str]) -> "Thread":
        """The thread with more ids at its end. The first stays, for mail programs find the thread by it."""
        usable = (one for one in ids if USABLE_ID.fullmatch(one))
        chain = tuple(dict.fromkeys((*self.chain, *usable)))
        if len(chain) > LONGEST_CHAIN:
            chain = (chain[0], *chain[-(LONGEST_CHAIN - 1) :])
        return replace(self, chain=chain)

    def answers(self, ids: OwnMailIds) -> str | None:
        """What a new mail to the requester answers: their newest mail, else our newest, else nothing."""
        theirs = (one for one in reversed(self.chain) if ids.ticket_of(one) is None)
        return next(theirs, self.chain[-1] if self.chain else None)


def remember(thread: Thread, data: Contract) -> Thread:
    """The thread after an event of its ticket."""
    if not isinstance(data, TicketEvent):
        return thread
    known = replace(thread, subject=clean(data.ticket.subject))
    match data:
        case TicketOpened(mail=MailIds() as mail) | MessageAdded(visibility="public", mail=MailIds() as mail):
            return known.with_ids(_ids_of(mail))
    return known


def _ids_of(mail: MailIds) -> tuple[str, ...]:
    before = mail.references or ((mail.in_reply_to,) if mail.in_reply_to else ())
    return (*before, *((mail.message_id,) if mail.message_id else ()))
