"""What intake says on `inbound`: one normalised message of any channel, or one command of an agent."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, JsonValue

from gongdan.shared.contracts.base import Contract

Channel = Literal["email", "form", "call", "webhook", "api"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")


class Automatic(StrEnum):
    """Whether a person wrote it. Whatever is not `NO` is never answered automatically.

    A complaint is a report that somebody called a mail of ours spam.
    """

    NO = "no"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    OWN = "own"
    COMPLAINT = "complaint"


class Person(Contract):
    """Somebody at the other end, known by at least one of: email (lower case), phone (E.164), id (foreign)."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    id: str | None = None

    @property
    def key(self) -> str:
        """What identifies this person among contacts; empty when nothing does."""
        if self.email:
            return f"email:{self.email.lower()}"
        if self.phone:
            return f"phone:{self.phone}"
        return f"id:{self.id}" if self.id else ""


class Attachment(Contract):
    """A file kept as a blob under its SHA-256 (hex). Size in bytes."""

    name: str
    content_type: str
    size: int
    sha256: str
    content_id: str | None = None
    inline: bool = False


class MailIds(Contract):
    """The threading headers of a mail, without angle brackets. Source: RFC 5322 section 3.6.4.

    `written_at`: when its sender says that it was written; where that cannot be read, when a server took it.
    """

    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    written_at: datetime | None = None


class Thread(Contract):
    """What a message says about the exchange it belongs to, strongest first.

    `ticket_number` was proven by our own signature; `foreign_ids` are ids of other messages, newest first;
    `subject_token` is a ticket number read from the subject, which anybody could have written; `subject_checked` says
    whether its check digit stood beside it, as in the subjects of our mails.
    """

    ticket_number: str | None = None
    foreign_ids: tuple[str, ...] = ()
    subject_token: str | None = None
    subject_checked: bool = False


class Bounce(Contract):
    """Addresses (in lower case) that a mail of ours did not reach; `permanent`: it will not be tried again."""

    addresses: tuple[str, ...] = ()
    permanent: bool = True


class MessageReceived(Contract):
    """One message. `text` is all of it as readable text, `reply_text` only what is new in it.

    `source` names the mailbox, form, webhook source or API client; (`source`, `external_id`) is what makes
    a repeated delivery the same message. `raw_sha256` is the blob of the original bytes, where there are any.
    `warnings`: what a reader should know of how it was read, each a sentence. `forwarded_by`: the agent who passed on
    what the requester wrote. `verified`: false where its sender is known to be somebody else than he says.
    """

    message_id: UUID
    channel: Channel
    source: str
    external_id: str
    conversation_key: str
    workspace: str = "support"
    direction: Literal["in", "out"] = "in"
    requester: Person
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    subject: str = ""
    text: str = ""
    reply_text: str = ""
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    thread: Thread = Thread()
    mail: MailIds | None = None
    fields: dict[str, JsonValue] = {}
    priority: Priority | None = None
    automatic: Automatic = Automatic.NO
    verified: bool = True
    closes: bool = False
    raw_sha256: str | None = None
    warnings: tuple[str, ...] = ()
    bounce: Bounce | None = None
    forwarded_by: Person | None = None


class Reply(Contract):
    """Answer the requester in public."""

    command: Literal["Reply"] = "Reply"
    text: str
    attachments: tuple[Attachment, ...] = ()


class AddNote(Contract):
    """Write something only agents see."""

    command: Literal["AddNote"] = "AddNote"
    text: str
    attachments: tuple[Attachment, ...] = ()


class Assign(Contract):
    """Give the ticket to a team, an agent, or both."""

    command: Literal["Assign"] = "Assign"
    team: str | None = None
    assignee: str | None = None


class Transition(Contract):
    """Move the ticket to another state of its workflow."""

    command: Literal["Transition"] = "Transition"
    to: str
    comment: str | None = None


class SetPriority(Contract):
    """Change how urgent the ticket is."""

    command: Literal["SetPriority"] = "SetPriority"
    priority: Priority


class Snooze(Contract):
    """Take the ticket off the active list until a time, or until the requester writes; None wakes it now."""

    command: Literal["Snooze"] = "Snooze"
    until: datetime | None


Command = Annotated[Reply | AddNote | Assign | Transition | SetPriority | Snooze, Field(discriminator="command")]


class Access(Contract):
    """What a credential adds to its actor's rights, and takes from them: see `gongdan.shared.access.who`.

    `by`: who acts as the actor, where that is somebody else.
    """

    roles: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    organisation: str = ""
    source: str = ""
    by: str | None = None


class CommandReceived(Contract):
    """What an agent asks for. The envelope's actor is the agent; `ticket` is the human number.

    `expected_version`: reject when the ticket has moved on since the agent looked. `access`: what intake knew of the
    agent's rights beside the definitions.
    """

    message_id: UUID
    ticket: str
    command: Command
    expected_version: int | None = None
    access: Access = Access()


class ActionDenied(Contract):
    """The envelope's actor asked at the door for what they may not do, `times` times within a minute.

    `by`: who really asked, where somebody acts as the actor. `about`: tickets, forms or parts of a question.
    """

    action: str
    why: str
    by: str | None = None
    times: int = 1
    about: tuple[str, ...] = ()
