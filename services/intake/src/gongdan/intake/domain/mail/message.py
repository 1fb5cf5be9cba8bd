"""From the bytes of a mail to one message, or to the reason why it cannot be one.

Pure and total. Nothing of a mail is lost on the way: what is beyond a limit is attached as the original, and
the caller keeps the raw mail in any case.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.intake.domain import identity, limits
from gongdan.intake.domain.mail import automatic, content, machines, mime, quotes, thread
from gongdan.intake.domain.mail.addresses import Address
from gongdan.intake.domain.mail.content import Content, File
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.mime import Mail
from gongdan.shared.contracts.messages import Attachment, Automatic, MessageReceived, Person
from gongdan.shared.mail_ids import OwnMailIds

MOST_PERSONS = 100
_USUAL = ("from", "to", "subject", "date", "message-id", "received", "return-path", "sender", "reply-to")


@dataclass(frozen=True, slots=True)
class Inbox:
    """An address that customers write to, and the workspace behind it."""

    address: str
    workspace: str


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as it came. `sender` is the envelope's: empty for `<>`, None when unknown."""

    raw: bytes
    inbox: Inbox
    received_at: datetime
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Ourselves:
    """How we know our own mail and addresses (in lower case)."""

    ids: OwnMailIds
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Normalised:
    """The message, the contents of its attachments, and the hash over what its sender sent."""

    message: MessageReceived
    files: tuple[bytes, ...]
    body_hash: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a mail is no message. `cause` is a stable slug, `detail` a sentence for people."""

    cause: str
    detail: str


def normalise(mail: RawMail, ours: Ourselves) -> Normalised | Unreadable:
    """One message of one inbox."""
    parsed = mime.parse(mail.raw)
    if not any(parsed.headers.has(name) for name in _USUAL):
        return Unreadable("no-header", "none of the usual header fields is there, so these bytes are no mail")
    requester = _requester(parsed.headers, mail.sender, ours)
    if requester is None:
        return Unreadable(
            "no-sender", "no address in From, Reply-To, Sender or the envelope, so nobody could be answered"
        )
    read = content.read(parsed)
    files = (*read.files, *_original(mail.raw, parsed, read))
    message = _message(mail, parsed, read, requester, ours)
    attachments = tuple(_attachment(file) for file in files)
    return Normalised(
        message.model_copy(update={"attachments": attachments}),
        tuple(file.content for file in files),
        _body_hash(parsed),
    )


def _message(mail: RawMail, parsed: Mail, read: Content, requester: Person, ours: Ourselves) -> MessageReceived:
    fields, source = parsed.headers, mail.inbox.address
    subject = fields.text("subject")[: limits.SUBJECT]
    addresses = ours.addresses | {source}
    machine = automatic.automatic(automatic.Look(parsed, ours.ids, subject, read.text, mail.sender, addresses))
    ids = thread.ids_of(fields)
    returned = thread.returned_ids(parsed, read.text) if machine is Automatic.BOUNCE else ()
    exchange = thread.thread_of(ids, subject, ours.ids, returned)
    external_id = ids.message_id or f"sha256:{_body_hash(parsed)}"
    message_id = identity.message_id("email", source, external_id)
    return MessageReceived(
        message_id=message_id,
        channel="email",
        source=source,
        external_id=external_id,
        conversation_key=thread.conversation_key(source, ids, exchange) or str(message_id),
        workspace=mail.inbox.workspace,
        requester=requester,
        to=_persons(fields.addresses("to")),
        cc=_persons(fields.addresses("cc")),
        subject=subject,
        text=read.text,
        reply_text=read.text if machine is Automatic.BOUNCE else _reply(read),
        html=read.html,
        thread=exchange,
        mail=ids,
        automatic=machine,
        raw_sha256=hashlib.sha256(mail.raw).hexdigest(),
    )


def _reply(read: Content) -> str:
    return content.limited(quotes.reply_in_html(read.page) if read.page else quotes.reply_in(read.text))


def _requester(fields: Headers, envelope: str | None, ours: Ourselves) -> Person | None:
    """Who asks: the author; when we are the author (a form on a web site), whoever is to be answered."""
    author, answer = fields.addresses("from"), fields.addresses("reply-to")
    if any(each.email in ours.addresses for each in author) and any(each.email for each in answer):
        author = tuple(each for each in answer if each.email not in ours.addresses) or author
    last = Address("", envelope.strip("<> ").lower() if envelope and "@" in envelope else "")
    candidates = (*author, *answer, *fields.addresses("sender"), *fields.addresses("return-path"), last)
    return next(iter(_persons(candidates)), _daemon(author, envelope))


def _daemon(author: Sequence[Address], envelope: str | None) -> Person | None:
    """The mail system that returned a mail, which often has no address."""
    name = author[0].name if author else ""
    is_one = envelope == "" or machines.DAEMON_NAMES.search(name)
    return Person(name=name[: limits.NAME] or None, id="mailer-daemon") if is_one else None


def _persons(found: Iterable[Address]) -> tuple[Person, ...]:
    persons = [Person(name=each.name[: limits.NAME] or None, email=each.email) for each in found if each.email]
    return tuple(persons[:MOST_PERSONS])


def _original(raw: bytes, parsed: Mail, read: Content) -> tuple[File, ...]:
    """The whole mail as a file, when not all of it can be shown."""
    return (File("original.eml", "message/rfc822", raw),) if parsed.cut or read.cut else ()


def _attachment(file: File) -> Attachment:
    return Attachment(
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        content_id=file.content_id,
        inline=file.inline,
    )


def _body_hash(parsed: Mail) -> str:
    """Over what the sender wrote; what relays add on the way does not count."""
    return identity.body_hash(*(parsed.headers.raw(name) for name in ("from", "subject", "date")), parsed.body.rstrip())
