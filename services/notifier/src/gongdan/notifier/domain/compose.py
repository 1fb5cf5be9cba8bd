"""From a want to a delivery with its words: the mail or the webhook as it will be sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongdan.notifier.domain.addresses import is_usable
from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.delivery import Delivery
from gongdan.notifier.domain.header import clean
from gongdan.notifier.domain.hook import hook_of
from gongdan.notifier.domain.language import Locale
from gongdan.notifier.domain.message import AutoSubmitted, Mail
from gongdan.notifier.domain.reader import Reader, reader_of
from gongdan.notifier.domain.render import Texts, render
from gongdan.notifier.domain.reply_to import reply_to
from gongdan.notifier.domain.thread import Thread
from gongdan.notifier.domain.values import values_of
from gongdan.shared.contracts.deliveries import TO_REQUESTER
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.contracts.tickets import MessageAdded, TicketEvent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.mail_ids import OwnMailIds

MOST_LISTED = 200
MORE: Mapping[Locale, str] = {"zh": "……另有 {left} 条", "en": "… and {left} more"}
Threads = Mapping[UUID, Thread]
NO_OTHERS: Threads = {}


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to write a delivery: definitions in force, texts, our ids, who sends, where people look."""

    catalog: Catalog
    texts: Texts
    ids: OwnMailIds
    mail_from: str
    public_url: str

    def workspace(self, want: Want) -> Workspace:
        """The want's workspace, with defaults where it is not defined."""
        found = self.catalog.find(Workspace, want.about.workspace)
        return found[1] if found else Workspace()


def compose(want: Want, thread: Thread, desk: Desk, now: datetime, others: Threads = NO_OTHERS) -> Delivery:
    """The delivery of a want, ready to be queued; one that is suppressed has no content.

    `others` are the threads of tickets that a summary may speak of.
    """
    if want.suppressed:
        return _delivery(want, now)
    if want.channel == "webhook":
        return _delivery(want, now, hook_of(want).model_dump_json().encode())
    mail = compose_summary(want, desk, now, others) if want.folds else compose_mail(want, thread, desk, now)
    return _delivery(want, now, mail.model_dump_json().encode(), mail.message_id)


def compose_mail(want: Want, thread: Thread, desk: Desk, now: datetime) -> Mail:
    """The mail for a want. Mails to the requester follow the ticket's chain, those to agents one of their own."""
    number, data = want.about.ticket, want.cause.data
    reader = reader_of(want, thread.subject, desk.catalog)
    url = f"{desk.public_url.rstrip('/')}/#/{number}"
    values = values_of(want, thread, reader, desk.catalog) | {"url": url}
    words = render(desk.texts[want.purpose, reader.locale], values)
    to_requester = want.purpose in TO_REQUESTER
    agents_root = desk.ids.make(number, want.about.ticket_id.hex)
    ticket = data.ticket if isinstance(data, TicketEvent) and to_requester else None
    sender = _sender(want, desk)
    return Mail(
        message_id=desk.ids.make(number, want.id.hex),
        sender=sender,
        reply_to=reply_to(sender, number, desk.catalog, desk.ids),
        to=want.recipient,
        to_name=ticket.requester.name if ticket else None,
        subject=words.subject,
        text=words.text,
        date=now,
        in_reply_to=thread.answers(desk.ids) if to_requester else agents_root,
        references=thread.chain if to_requester else (agents_root,),
        auto=_auto(want),
        language=reader.locale,
        mark=desk.ids.mark,
        attachments=_attachments(want),
    )


def compose_summary(want: Want, desk: Desk, now: datetime, threads: Threads) -> Mail:
    """The one mail for many late notices: a line for each ticket and clock, the first MOST_LISTED of them."""
    reader = reader_of(want, "", desk.catalog)
    listed = [_line(one, threads.get(one.about.ticket_id), desk, reader) for one in want.folds[:MOST_LISTED]]
    left = len(want.folds) - len(listed)
    listed += [MORE[reader.locale].format(left=left)] if left else []
    url = desk.public_url.rstrip("/") + "/"
    values = {"count": str(len(want.folds)), "lines": "\n".join(listed), "url": url}
    words = render(desk.texts[want.purpose, reader.locale], values)
    return Mail(
        message_id=desk.ids.make(want.about.ticket, want.id.hex),
        sender=_sender(want, desk),
        to=want.recipient,
        subject=words.subject,
        text=words.text,
        date=now,
        auto=_auto(want),
        language=reader.locale,
        mark=desk.ids.mark,
    )


def _line(want: Want, thread: Thread | None, desk: Desk, reader: Reader) -> str:
    values = values_of(want, thread or Thread(want.about.ticket_id), reader, desk.catalog)
    level = f" · L{values['level']}" if "level" in values else ""
    return f"[{values['ticket']}] {values['subject']} · {values['metric']} · {values['due']}{level}"


def _auto(want: Want) -> AutoSubmitted | None:
    if want.purpose == "acknowledgement":
        return "auto-replied"
    return "auto-generated" if want.automatic else None


def _sender(want: Want, desk: Desk) -> str:
    address = desk.workspace(want).address
    return address if address and is_usable(address) else desk.mail_from


def _attachments(want: Want) -> tuple[Attachment, ...]:
    data = want.cause.data
    return data.attachments if want.purpose == "reply" and isinstance(data, MessageAdded) else ()


def _delivery(want: Want, now: datetime, content: bytes = b"", mail_id: str | None = None) -> Delivery:
    envelope, data = want.cause.envelope, want.cause.data
    return Delivery(
        id=want.id,
        ticket_id=want.about.ticket_id,
        ticket=want.about.ticket,
        cause_id=envelope.id,
        correlation_id=envelope.correlation_id,
        traceparent=envelope.traceparent,
        channel=want.channel,
        purpose=want.purpose,
        recipient=clean(want.recipient),
        lane=want.lane,
        automatic=want.automatic,
        carried_id=data.message_id if isinstance(data, MessageAdded) else None,
        mail_message_id=mail_id,
        content=content,
        occurred_at=envelope.occurred_at,
        queued_at=now,
        suppressed=want.suppressed,
        into=want.into,
        decided_by=want.decided_by,
    )
