"""From the bytes of a mail to one message, or to the reason why it cannot be one.

Pure and total. Nothing of a mail is lost on the way: what is beyond a limit is attached as the original, and
the caller keeps the raw mail in any case.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from gongdan.intake.domain import identity, limits
from gongdan.intake.domain.mail import (
    authentication,
    automatic,
    bounces,
    content,
    forwarded,
    mime,
    notices,
    quotes,
    requesters,
    thread,
)
from gongdan.intake.domain.mail.content import Content
from gongdan.intake.domain.mail.files import File
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parts import READABLE, Mail
from gongdan.intake.domain.mail.quotes import Split
from gongdan.shared.contracts.messages import Attachment, Automatic, Bounce, MailIds, MessageReceived, Person, Thread
from gongdan.shared.mail_ids import OwnMailIds

_ABOUT_MAILS = (Automatic.BOUNCE, Automatic.COMPLAINT)
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
    """How we know our own mail and addresses, those of our agents, and the servers whose checks we trust.

    Addresses and names of servers are in lower case.
    """

    ids: OwnMailIds
    addresses: frozenset[str] = frozenset()
    agents: frozenset[str] = frozenset()
    servers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Normalised:
    """The message, the contents of its attachments, and the hash over what its sender sent."""

    message: MessageReceived
    files: tuple[bytes, ...]
    body_hash: str

    @property
    def written_at(self) -> datetime | None:
        """When its sender says that it was written, else when a server took it."""
        return self.message.mail.written_at if self.message.mail else None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a mail is no message. `cause` is a stable slug, `detail` a sentence for people."""

    cause: str
    detail: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that can be read in a mail, also in one that is no message.

    `split`: what is new in its text, apart from history and signature. `key`: of the conversation, if it says one.
    """

    mail: Mail
    content: Content
    subject: str
    split: Split
    machine: Automatic
    ids: MailIds
    exchange: Thread
    key: str | None
    told: tuple[str, ...] = ()
    bounce: Bounce | None = None
    forwarded_from: Person | None = None
    verified: bool = True

    @property
    def fields(self) -> Headers:
        """The header."""
        return self.mail.headers

    @property
    def warnings(self) -> tuple[str, ...]:
        """What could not be read or shown, and what a reader should know besides; each a sentence."""
        long = ("its text is too long to be shown as a whole",) if self.content.cut else ()
        return (*self.told, *self.mail.cut, *long, *self.content.told)


def reading(mail: RawMail, ours: Ourselves) -> Reading:
    """Read a mail as far as it can be read."""
    parsed = mime.parse(mail.raw)
    read = content.read(parsed)
    subject = parsed.headers.text("subject")[: limits.SUBJECT]
    addresses = ours.addresses | {mail.inbox.address}
    machine = automatic.automatic(automatic.Look(parsed, ours.ids, subject, read.text, mail.sender, addresses))
    ids = thread.ids_of(parsed.headers, parsed.headers.date() or mail.received_at)
    returned = thread.returned_ids(parsed, read.text) if machine in _ABOUT_MAILS else ()
    exchange = thread.thread_of(ids, subject, ours.ids, returned, thread.sent_to(parsed.headers))
    key = thread.conversation_key(mail.inbox.address, ids, exchange)
    bounce = _bounce(parsed, read.text) if machine is Automatic.BOUNCE else None
    forwarded_from = _forwarded_from(parsed, subject, read.text, ours) if machine is Automatic.NO else None
    split = Split(read.text) if machine in _ABOUT_MAILS or forwarded_from else _split(read)
    verified = authentication.dmarc(parsed.headers, ours.servers) != "fail"
    told = notices.told(parsed.headers, machine, bounce, forwarded_from, verified)
    return Reading(parsed, read, subject, split, machine, ids, exchange, key, told, bounce, forwarded_from, verified)


def _bounce(parsed: Mail, text: str) -> Bounce:
    said = bounces.read(parsed, text)
    return Bounce(addresses=said.addresses, permanent=said.permanent)


def _forwarded_from(parsed: Mail, subject: str, text: str, ours: Ourselves) -> Person | None:
    """The author of a mail that an agent forwarded."""
    if not any(each.email in ours.agents for each in parsed.headers.addresses("from")):
        return None
    return forwarded.author(parsed, subject, text, ours.addresses | ours.agents)


def normalise(mail: RawMail, ours: Ourselves) -> Normalised | Unreadable:
    """One message of one inbox."""
    return made_of(mail, reading(mail, ours), ours)


def made_of(mail: RawMail, found: Reading, ours: Ourselves) -> Normalised | Unreadable:
    """The message that a mail becomes, once it is read."""
    if not any(found.fields.has(name) for name in _USUAL):
        return Unreadable("no-header", "none of the usual header fields is there, so these bytes are no mail")
    requester = found.forwarded_from or requesters.requester(found.fields, mail.sender, ours.addresses)
    if requester is None:
        return Unreadable(
            "no-sender", "no address in From, Reply-To, Sender or the envelope, so nobody could be answered"
        )
    files = (*found.content.files, *_original(mail.raw, found.mail, found.content))
    return Normalised(
        _message(mail, found, requester, tuple(map(_attachment, files))),
        tuple(file.content for file in files),
        _body_hash(mail, found),
    )


def _message(mail: RawMail, found: Reading, requester: Person, attachments: tuple[Attachment, ...]) -> MessageReceived:
    source = mail.inbox.address
    external_id = found.ids.message_id or f"sha256:{_body_hash(mail, found)}"
    message_id = identity.message_id("email", source, external_id)
    return MessageReceived(
        message_id=message_id,
        channel="email",
        source=source,
        external_id=external_id,
        conversation_key=found.key or str(message_id),
        workspace=mail.inbox.workspace,
        requester=requester,
        to=requesters.persons(found.fields.addresses("to")),
        cc=requesters.persons(found.fields.addresses("cc")),
        subject=found.subject,
        text=found.content.text,
        reply_text=content.limited(found.split.reply),
        html=found.content.html,
        attachments=attachments,
        thread=found.exchange,
        mail=found.ids,
        automatic=found.machine,
        raw_sha256=hashlib.sha256(mail.raw).hexdigest(),
        bounce=found.bounce,
        forwarded_by=_author(found) if found.forwarded_from else None,
        verified=found.verified,
        warnings=found.warnings,
    )


def _author(found: Reading) -> Person | None:
    return next(iter(requesters.persons(found.fields.addresses("from"))), None)


def _split(read: Content) -> Split:
    return quotes.split_html(read.page) if read.page else quotes.split(read.text)


def _original(raw: bytes, parsed: Mail, read: Content) -> tuple[File, ...]:
    """The whole mail as a file, when not all of it can be shown."""
    return (File("original.eml", "message/rfc822", raw),) if parsed.cut or read.cut else ()


def _attachment(file: File) -> Attachment:
    return Attachment(
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        sha256=file.sha256,
        content_id=file.content_id,
        inline=file.inline,
    )


def _body_hash(mail: RawMail, found: Reading) -> str:
    """Over what the sender wrote; what relays add on the way, and how they write it, does not count."""
    fields = (found.fields.raw(name) for name in ("from", "subject", "date"))
    if found.mail.cut:
        return identity.body_hash(*fields, mail.raw)
    digests = (file.sha256.encode() for file in found.content.files)
    texts = (part.content.rstrip() for part in found.mail.parts if part.content_type in READABLE)
    return identity.body_hash(*fields, *digests, *texts)
