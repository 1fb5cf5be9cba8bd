"""From what was sent to one normalised message, whatever the channel."""

from uuid import UUID

from pydantic import JsonValue

from gongdan.intake.domain import conversation, identity
from gongdan.intake.domain.commands import CommandInput, command_of
from gongdan.intake.domain.forms import Form, Submission
from gongdan.intake.domain.inputs import NewCall, NewMessage, PersonInput
from gongdan.intake.domain.mapping import Mapped
from gongdan.shared.contracts.messages import (
    Access,
    Attachment,
    Channel,
    CommandReceived,
    MessageReceived,
    Person,
    Thread,
)

CALLS = "calls"
TITLE = 120
NO_THREAD = Thread()


def title_of(subject: str, text: str) -> str:
    """The subject, or else the beginning of the text's first line."""
    if subject.strip():
        return subject.strip()
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= TITLE else f"{first[: TITLE - 1]}…"


def person(given: PersonInput) -> Person:
    """The contract's person."""
    return Person(name=given.name, email=given.email, phone=given.phone, id=given.id)


def from_api(
    new: NewMessage, source: str, external_id: str, attachments: tuple[Attachment, ...] = ()
) -> MessageReceived:
    """An API client's message. `source` is the client's name."""
    message_id = identity.message_id("api", source, external_id)
    return MessageReceived(
        message_id=message_id,
        channel="api",
        source=source,
        external_id=external_id,
        conversation_key=conversation_key("api", source, message_id, new.ticket, new.conversation),
        workspace=new.workspace,
        requester=person(new.requester),
        subject=title_of(new.subject, new.text),
        text=new.text,
        reply_text=new.text,
        attachments=attachments,
        thread=Thread(ticket_number=new.ticket) if new.ticket else NO_THREAD,
        fields=new.fields,
        priority=new.priority,
    )


def from_call(new: NewCall, external_id: str) -> MessageReceived:
    """A telephone call. The caller is the requester; the notes are the text. With the switchboard's id for the call,
    it goes to the same ticket as what that tells of it.
    """
    message_id = identity.message_id("call", CALLS, external_id)
    known: dict[str, JsonValue] = {"call_seconds": new.duration_seconds, "call_line": new.line}
    facts = {name: value for name, value in known.items() if value is not None}
    return MessageReceived(
        message_id=message_id,
        channel="call",
        source=CALLS,
        external_id=external_id,
        conversation_key=conversation_key("call", CALLS, message_id, new.ticket, new.call_id),
        workspace=new.workspace,
        direction=new.direction,
        requester=Person(name=new.name, phone=new.party),
        subject=title_of(new.subject, new.notes),
        text=new.notes,
        reply_text=new.notes,
        thread=Thread(ticket_number=new.ticket),
        fields={**new.fields, **facts},
        priority=new.priority,
    )


def from_form(form: Form, sent: Submission, external_id: str) -> MessageReceived:
    """A form's answers. Whoever leaves no address is known by this one message only."""
    message_id = identity.message_id("form", form.name, external_id)
    requester = form.requester(sent.answers)
    # Whoever reads it must know that there was a file, and why it is not here.
    aside = [f"[{name}: {found}; set aside in quarantine]" for name, found in sent.aside]
    text = "\n".join([form.text(sent.answers), *aside])
    return MessageReceived(
        message_id=message_id,
        channel="form",
        source=form.name,
        external_id=external_id,
        conversation_key=conversation.of_message(message_id),
        workspace=form.workspace,
        requester=requester if requester.key else Person(name=requester.name, id=f"form:{message_id}"),
        subject=title_of(form.subject(sent.answers), text),
        text=text,
        reply_text=text,
        attachments=sent.attachments,
        fields=dict(sent.answers),
    )


def from_file(whole: MessageReceived, file: Attachment) -> MessageReceived:
    """A file that came with a form and did not go with its message: a message to the same ticket."""
    external_id = f"{whole.external_id}#{file.sha256[:16]}"
    text = f"[{file.name}: released from quarantine]"
    changed = {
        "message_id": identity.message_id(whole.channel, whole.source, external_id),
        "external_id": external_id,
        "text": text,
        "reply_text": text,
        "attachments": (file,),
        "fields": {},
    }
    return whole.model_copy(update=changed)


def from_webhook(
    source: str, workspace: str, mapped: Mapped, external_id: str, raw: str, attachments: tuple[Attachment, ...] = ()
) -> MessageReceived:
    """A partner system's webhook, as its Source maps it. `raw` is the blob of the payload."""
    message_id = identity.message_id("webhook", source, external_id)
    return MessageReceived(
        message_id=message_id,
        channel="webhook",
        source=source,
        external_id=external_id,
        conversation_key=conversation_key("webhook", source, message_id, None, mapped.conversation),
        workspace=workspace,
        requester=mapped.requester or Person(name=source, id=f"source:{source}"),
        subject=_title_of(mapped, source),
        text=mapped.text,
        reply_text=mapped.text,
        attachments=attachments,
        fields=dict(mapped.fields),
        priority=mapped.priority,
        closes=mapped.closes,
        raw_sha256=raw,
    )


def _title_of(mapped: Mapped, source: str) -> str:
    """A subject for people: of a payload that is shown as it is, the first line is often a bracket."""
    found = title_of(mapped.subject or "", mapped.text)
    return found if found.strip("{}[]") else source


def command_received(
    asked: CommandInput,
    ticket: str,
    message_id: UUID,
    attachments: tuple[Attachment, ...] = (),
    access: Access | None = None,
) -> CommandReceived:
    """A command on a ticket, with what is known of the rights of whoever gave it."""
    return CommandReceived(
        message_id=message_id,
        ticket=ticket,
        command=command_of(asked, attachments),
        expected_version=asked.expected_version,
        access=access or Access(),
    )


def conversation_key(channel: Channel, source: str, message_id: UUID, ticket: str | None, thread: str | None) -> str:
    """The strongest thing known of the exchange: its ticket, the sender's own thread, else the message alone."""
    if ticket:
        return conversation.of_ticket(ticket)
    return conversation.of_thread(channel, source, thread) if thread else conversation.of_message(message_id)
