"""Which exchange a mail belongs to, as far as the mail itself can say.

What our own signature proves comes first (the address that it came to, then ids), then ids of other mails, newest
first, then a ticket number in the subject, which anybody could have written. Source: RFC 5322 section 3.6.4.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from gongdan.intake.domain import conversation
from gongdan.intake.domain.mail import headers
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parts import Mail
from gongdan.shared import subject_tokens
from gongdan.shared.contracts.messages import MailIds, Thread
from gongdan.shared.mail_ids import SHAPE, OwnMailIds

MOST = 50
"""Ids of other mails that are kept: the oldest, and the newest."""


def ids_of(fields: Headers, written_at: datetime) -> MailIds:
    """The threading headers, bounded; the first of the references is the thread's root and always stays."""
    own, before, earlier = (fields.ids(name) for name in ("message-id", "in-reply-to", "references"))
    if len(earlier) > MOST:
        earlier = (earlier[0], *earlier[1 - MOST :])
    return MailIds(message_id=first(own), in_reply_to=first(before), references=earlier, written_at=written_at)


def first(ids: Iterable[str]) -> str | None:
    """The first of them, None when there is none."""
    return next(iter(ids), None)


def thread_of(
    ids: MailIds, subject: str, own: OwnMailIds, returned: Iterable[str] = (), addresses: Iterable[str] = ()
) -> Thread:
    """What the mail says about its thread; `returned` are ids of our own mails that it brings back.

    `addresses`: those that it was sent to.
    """
    mentioned = [ids.in_reply_to, *reversed(ids.references)]
    newest_first = tuple(dict.fromkeys(each for each in mentioned if each and each != ids.message_id))
    proofs = (*returned, *newest_first, *([ids.message_id] if ids.message_id else []))
    addressed = first(number for each in addresses if (number := own.ticket_of_address(each)))
    named = subject_tokens.named_in(subject)
    return Thread(
        ticket_number=addressed or first(number for each in proofs if (number := own.ticket_of(each))),
        foreign_ids=tuple(each for each in newest_first if not own.ticket_of(each)),
        subject_token=named.number if named else None,
        subject_checked=bool(named and named.checked),
    )


def conversation_key(source: str, ids: MailIds, thread: Thread) -> str | None:
    """The proven ticket, else the root of the thread, else the mail itself; None when it has no id."""
    if thread.ticket_number:
        return conversation.of_ticket(thread.ticket_number)
    root = first(ids.references) or ids.in_reply_to or ids.message_id
    return conversation.of_thread("email", source, root) if root else None


def sent_to(fields: Headers) -> Iterator[str]:
    """The addresses that a mail was sent to, as its author and the servers on its way say."""
    for name in ("delivered-to", "x-original-to", "envelope-to", "to", "cc"):
        yield from (each.email for each in fields.addresses(name) if "+" in each.email)


def returned_ids(mail: Mail, text: str) -> Iterator[str]:
    """Message-IDs of mails that a bounce brings back: attached, or written into its text."""
    for part in mail.parts:
        if part.content_type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            fields, _ = headers.split(part.content)
            yield from (*fields.ids("message-id"), *fields.ids("in-reply-to"), *reversed(fields.ids("references")))
    yield from (match[0] for match in SHAPE.finditer(text))
