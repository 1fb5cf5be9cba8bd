"""What intake does with a mail, however it came: a message, or set aside with its reason. Nothing is lost."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import structlog

from gongdan.intake.domain import identity
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.mail.inboxes import DEFAULT_WORKSPACE, Directory, directory_of
from gongdan.intake.domain.mail.message import Inbox, Normalised, Ourselves, RawMail, Unreadable, normalise
from gongdan.intake.handlers.mailboxes import aside_of, in_mode
from gongdan.intake.ports import Acceptor, BlobStore, Definitions, Incoming, Receipt
from gongdan.intake.ports.quarantine import AsideKeeper, SetAside
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.errors import Complaint, FixInput, GongdanError
from gongdan.shared.mail_ids import OwnMailIds

log = structlog.get_logger()

READ_AT_ONCE = 64 * 1024
PATIENCE = timedelta(seconds=60)


@dataclass(slots=True)
class _Remembered:
    """The directory of the definitions in force, made once for each set of them rather than for each mail."""

    catalog: Catalog | None = None
    directory: Directory = field(default_factory=Directory)

    def of(self, catalog: Catalog, patterns: Sequence[str]) -> Directory:
        """The directory of these definitions."""
        if catalog is not self.catalog:
            self.catalog, self.directory = catalog, directory_of(catalog, patterns)
        return self.directory


@dataclass(frozen=True, slots=True)
class Mails:
    """Reads, keeps, accepts. `patterns` are the recipients taken beside the defined ones, `servers` those whose
    checks of senders are trusted (in lower case)."""

    acceptor: Acceptor
    quarantine: AsideKeeper
    blobs: BlobStore
    definitions: Definitions
    clock: Clock
    own: OwnMailIds
    patterns: Sequence[str]
    servers: frozenset[str] = frozenset()
    _remembered: _Remembered = field(default_factory=_Remembered, init=False, repr=False, compare=False)

    def directory(self) -> Directory:
        """The inboxes as they are defined now."""
        return self._remembered.of(self.definitions.current, self.patterns)

    async def take(self, mail: RawMail) -> UUID | None:
        """One mail for one inbox: the id of its message, None when it was set aside. Returns after the commit.

        Raises SlowDown, RetryLater.
        """
        found = await self.read(mail)
        if isinstance(found, Unreadable):
            await self._set_aside(mail, found)
            return None
        try:
            receipt = await self._keep(mail, found)
        except GongdanError:
            raise
        except Exception as error:
            log.exception("mail_not_accepted", source=mail.inbox.address)
            await self._set_aside(mail, Unreadable("not-accepted", f"{type(error).__name__}: {error}"))
            return None
        if receipt.conflict:
            detail = f"another mail with this Message-ID was kept before, as message {receipt.message_id}"
            await self._set_aside(mail, Unreadable("message-id-conflict", detail))
            return None
        return receipt.message_id

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """Read again what was set aside. Raises FixInput (422) when it still is no message, SlowDown, RetryLater."""
        inbox = self.directory().find(entry.source) or Inbox(entry.source, DEFAULT_WORKSPACE)
        mail = RawMail(raw, inbox, entry.received_at, entry.sender)
        found = await self.read(mail)
        if isinstance(found, Unreadable):
            complaint = Complaint("raw", found.detail, "have it sent again, or discard this entry")
            raise FixInput("still-unreadable", "this mail is no message", complaint)
        receipt = await self._keep(mail, found, entry.mode)
        return await self._keep(mail, _told_apart(found), entry.mode) if receipt.conflict else receipt

    async def read(self, mail: RawMail) -> Normalised | Unreadable:
        """What a mail says, or why it says nothing. Never raises; a large mail is read beside the loop."""
        ours = self.ourselves()
        try:
            if len(mail.raw) <= READ_AT_ONCE:
                return normalise(mail, ours)
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await asyncio.to_thread(normalise, mail, ours)
        except TimeoutError:
            return Unreadable("too-slow", f"reading it takes longer than {PATIENCE.total_seconds():.0f} s")
        except Exception as error:
            log.exception("mail_reader_failed", source=mail.inbox.address)
            return Unreadable("reader-failed", f"{type(error).__name__}: {error}")

    def ourselves(self) -> Ourselves:
        """How our own mail and addresses are known now."""
        known = self.directory()
        return Ourselves(self.own, known.addresses, known.agents, self.servers)

    async def _keep(self, mail: RawMail, found: Normalised, mode: Mode = Mode.LIVE) -> Receipt:
        await self.blobs.put_all([*dict.fromkeys((mail.raw, *found.files))])
        return await self.acceptor.accept(in_mode(self.incoming(mail, found), found, mode))

    def incoming(self, mail: RawMail, found: Normalised) -> Incoming:
        """The message of a mail, ready to be accepted once its blobs are kept."""
        now = self.clock.now()
        event = received(found.message, arrival(now, occurred_at=min(mail.received_at, now)))
        return Incoming(event, found.body_hash)

    async def _set_aside(self, mail: RawMail, why: Unreadable) -> None:
        await self.quarantine.put(aside_of(mail, why))


def _told_apart(found: Normalised) -> Normalised:
    """The same message under an id that its content takes part in."""
    message = found.message
    external_id = f"{message.external_id}#{found.body_hash[:16]}"
    message_id = identity.message_id(message.channel, message.source, external_id)
    return replace(found, message=message.model_copy(update={"external_id": external_id, "message_id": message_id}))
