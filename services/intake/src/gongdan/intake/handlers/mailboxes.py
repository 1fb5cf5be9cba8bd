"""What a mailbox gave: messages, or set aside with their reasons; a batch is kept as a whole."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from uuid import UUID

import structlog

from gongdan.intake.domain.mail.mailbox import Fetched, Mark, Wanted, many
from gongdan.intake.domain.mail.message import Normalised, RawMail, Unreadable
from gongdan.intake.ports import Acceptor, BlobStore, Incoming
from gongdan.intake.ports.mailboxes import BatchReader, MailKeeper, MailReader, SortedMail
from gongdan.intake.ports.quarantine import Aside, Decided, QuarantineEntries
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.errors import GongdanError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class MailboxMails:
    """Reads, puts the bytes on the disk, then keeps messages. `beside` reads the mails of a backlog, where it can."""

    reader: MailReader
    beside: BatchReader
    keeper: MailKeeper
    blobs: BlobStore
    acceptor: Acceptor
    entries: QuarantineEntries
    clock: Clock

    async def on_batch(self, fetched: Sequence[Fetched]) -> Sequence[SortedMail]:
        """Mails in their order, read; the next batch may be read while this one is kept."""
        mails = [each.mail for each in fetched if each.left is None]
        found = iter(await self.beside.read(mails, self.reader.ourselves()) if many(mails) else ())
        return [await self._read(each, found) for each in fetched]

    async def put(self, mails: Sequence[SortedMail]) -> None:
        """Their bytes; those of the next batch may be put while the messages of this one are kept. Raises OSError."""
        await self.blobs.put_all([content for mail in mails for content in mail.contents])

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        """In one transaction what was read, whose bytes are on the disk, and how far that is.

        A mail that cannot be kept is set aside and stops no other. Raises RetryLater.
        """
        try:
            await self.keeper.keep(mails, mark)
        except GongdanError:
            raise
        except Exception:
            log.exception("mails_not_kept_together", folder=mark.folder)
            for mail in mails:
                await self._keep_alone(mail, replace(mark, cursor=replace(mark.cursor, last_uid=mail.uid)))

    async def _keep_alone(self, mail: SortedMail, mark: Mark) -> None:
        try:
            await self.keeper.keep([mail], mark)
        except GongdanError:
            raise
        except Exception as error:
            log.exception("mail_not_kept", folder=mark.folder, uid=mail.uid)
            why = f"{type(error).__name__}: {error}"
            aside = replace(mail.aside, cause="not-accepted", detail=why)
            await self.keeper.keep([replace(mail, aside=aside, incoming=None)], mark)

    async def _read(self, fetched: Fetched, known: Iterator[Normalised | Unreadable]) -> SortedMail:
        """One mail, unless it is known already what it says; others may go on meanwhile."""
        await asyncio.sleep(0)
        found = fetched.left or next(known, None) or await self.reader.read(fetched.mail)
        if isinstance(found, Unreadable):
            return SortedMail(fetched.uid, _aside(fetched, found), None)
        return self._sorted(fetched, found)

    def _sorted(self, fetched: Fetched, found: Normalised) -> SortedMail:
        aside = _aside(fetched, Unreadable("not-accepted", ""))
        try:
            incoming = in_mode(self.reader.incoming(fetched.mail, found), found, fetched.mode)
        except Exception as error:
            log.exception("mail_not_sorted", uid=fetched.uid)
            return SortedMail(fetched.uid, replace(aside, detail=f"{type(error).__name__}: {error}"), None)
        return SortedMail(fetched.uid, aside, incoming, (fetched.mail.raw, *found.files))

    async def on_wanted(self, wanted: Wanted, fetched: Fetched) -> None:
        """A mail that had been left in its mailbox becomes a message, or stays. Raises RetryLater, SlowDown."""
        entry = UUID(wanted.entry)
        (mail,) = await self.on_batch([fetched])
        if mail.incoming is None:
            await self.entries.still_left(entry, f"{mail.aside.cause}: {mail.aside.detail}")
            return
        await self.blobs.put_all(mail.contents)
        receipt = await self.acceptor.accept(mail.incoming)
        if receipt.conflict:
            why = f"another mail with this Message-ID was kept before, as message {receipt.message_id}"
            await self.entries.still_left(entry, why)
            return
        found = await self.entries.find(entry)
        decided = Decided(found.released_by or "system:intake", self.clock.now())
        await self.entries.released(found, receipt.message_id, decided)


def in_mode(incoming: Incoming, found: Normalised, mode: Mode) -> Incoming:
    """The message of a mail; one of an archive happened when it was written, and makes nobody hear of it.

    A copied archive has the day of the copy, so the mail's own date counts.
    """
    if mode is Mode.LIVE:
        return incoming
    envelope = incoming.event.envelope
    written = found.written_at or envelope.occurred_at
    envelope = replace(envelope, mode=mode, occurred_at=min(written.astimezone(UTC), envelope.occurred_at))
    return replace(incoming, event=replace(incoming.event, envelope=envelope))


def aside_of(mail: RawMail, why: Unreadable) -> Aside:
    """How a mail is set aside."""
    return Aside(
        channel="email",
        source=mail.inbox.address,
        raw=mail.raw,
        cause=why.cause,
        detail=why.detail,
        received_at=mail.received_at,
        sender=mail.sender,
    )


def _aside(fetched: Fetched, why: Unreadable) -> Aside:
    return replace(aside_of(fetched.mail, why), mode=fetched.mode, left_at=fetched.left_at)
