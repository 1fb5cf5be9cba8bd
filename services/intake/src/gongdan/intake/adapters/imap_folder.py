"""Reads what is new in one folder: while one batch is kept, the bytes of the next are put on the disk, the one after it
is read and one more fetched.

A mail that is too large, or that cannot be fetched, is set aside and left in the mailbox; the mails after it go on.
After a batch failed its mails are fetched one by one, so that the one at fault is found. A crash between keeping
mails and tidying them up is made good when the folder is opened again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

import structlog

from gongdan.intake.adapters.imap_account import LISTED_AT_ONCE
from gongdan.intake.adapters.imap_thread import AccountThread
from gongdan.intake.domain.mail.mailbox import Cursor, Fetched, Listed, Mark, batches, newer, place_of
from gongdan.intake.domain.mail.message import RawMail, Unreadable
from gongdan.intake.ports.mailboxes import MailboxFault, SortedMail
from gongdan.shared import metrics
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.errors import RetryLater

if TYPE_CHECKING:
    from gongdan.intake.adapters.imap_reader import Shared, Terms

log = structlog.get_logger()

HEAD_BYTES = 64 * 1024
READ_IN_A_ROW = 2_000
"""Mails that are read without a break; then other mailboxes may have their turn."""

TRIES = 3
"""How often a mail may fail before it is set aside."""

MOST_REMEMBERED = 10_000
Batch = Sequence[Fetched]
Read = tuple[Batch, Sequence[SortedMail]]
Item = TypeVar("Item")


@dataclass(slots=True)
class FolderReader:
    """Remembers between connections which mails failed."""

    terms: "Terms"
    shared: "Shared"
    _failed: Counter[int] = field(default_factory=Counter)

    async def read(self, server: AccountThread) -> bool:
        """Read what is new, at most so many mails; whether that was all. Raises RetryLater, SlowDown."""
        uidvalidity = await server.call(server.account.select)
        place = server.account.place
        cursor = await self._cursor(server, uidvalidity)
        await self._fetch_wanted(server, uidvalidity)
        uids = newer(await server.call(server.account.uids, cursor.last_uid + 1), cursor)
        if not uids:
            return True
        async with self.shared.room:
            fetched = _ahead(self._fetched(server, uids[:READ_IN_A_ROW], place, uidvalidity))
            read = _ahead(self._sorted(fetched))
            async with aclosing(_ahead(self._put(read))) as ahead:
                async for batch, mails in ahead:
                    cursor = await self._keep(server, batch, mails, cursor)
        return len(uids) <= READ_IN_A_ROW

    async def _cursor(self, server: AccountThread, uidvalidity: int) -> Cursor:
        known = await self.shared.cursors.load(server.account.place)
        if known is not None and known.uidvalidity != uidvalidity:
            log.warning("mailbox_numbered_anew", mailbox=self.terms.name, before=known.uidvalidity, now=uidvalidity)
            self._failed.clear()
        cursor = (known or Cursor(uidvalidity)).at(uidvalidity)
        return cursor if cursor.tidied_uid >= cursor.last_uid else await self._make_good(server, cursor)

    async def _make_good(self, server: AccountThread, cursor: Cursor) -> Cursor:
        """Tidy up what was kept by somebody who then ended."""
        left = {each.uid for each in await self.shared.cursors.left(server.account.place, cursor.uidvalidity)}
        found = await server.call(server.account.uids, cursor.tidied_uid + 1, cursor.last_uid)
        return await self._tidy(server, [uid for uid in found if uid not in left], cursor)

    async def _tidy(self, server: AccountThread, uids: Sequence[int], cursor: Cursor) -> Cursor:
        """Flag or move; a mailbox that does not let us is still read."""
        for start in range(0, len(uids), LISTED_AT_ONCE):
            try:
                await server.call(server.account.done, uids[start : start + LISTED_AT_ONCE])
            except MailboxFault as fault:
                if fault.cause == "unreachable":
                    raise
                log.warning("mailbox_not_tidied", mailbox=self.terms.name, why=str(fault))
        tidied = replace(cursor, tidied_uid=cursor.last_uid)
        await self.shared.cursors.tidied(server.account.place, tidied)
        return tidied

    async def _fetched(
        self, server: AccountThread, uids: Sequence[int], place: str, uidvalidity: int
    ) -> AsyncGenerator[Batch, None]:
        for start in range(0, len(uids), LISTED_AT_ONCE):
            listed = await server.call(server.account.list, uids[start : start + LISTED_AT_ONCE])
            alone = {mail.uid for mail in listed if self._failed[mail.uid] or mail.size > self.shared.mail_bytes}
            for batch in batches(listed, alone):
                yield [
                    replace(each, left_at=place_of(place, uidvalidity, each.uid)) if each.left else each
                    for each in await self._fetch(server, batch)
                ]

    async def _fetch(self, server: AccountThread, batch: Sequence[Listed]) -> list[Fetched]:
        first = batch[0]
        if first.size > self.shared.mail_bytes:
            why = f"it has {first.size} bytes, over the limit of {self.shared.mail_bytes}"
            return [await self._left(server, first, Unreadable("too-large", why), HEAD_BYTES)]
        if self._failed[first.uid] >= TRIES:
            why = f"fetching it failed {TRIES} times"
            return [await self._left(server, first, Unreadable("not-fetched", why), 0)]
        raws = await self._raws(server, [mail.uid for mail in batch])
        return [self._read(mail, raw) for mail in batch if (raw := raws.get(mail.uid)) is not None]

    async def _raws(self, server: AccountThread, uids: Sequence[int]) -> dict[int, bytes | None]:
        """Raises RetryLater, and remembers which mails are to be fetched one by one, or counts the failure."""
        try:
            async with asyncio.timeout(self.shared.mail_time.total_seconds()):
                found = await server.call(server.account.fetch, uids)
            if None in found.values():
                raise MailboxFault("failed", "the server lists a mail and does not give it")
        except (TimeoutError, RetryLater) as error:
            self._note_failure(uids)
            why = str(error) or f"it takes longer than {self.shared.mail_time.total_seconds():.0f} s"
            raise MailboxFault("failed", f"mails {uids[0]} to {uids[-1]}: {why}", timedelta(seconds=1)) from error
        for uid in uids:
            self._failed.pop(uid, None)
        return found

    def _note_failure(self, uids: Sequence[int]) -> None:
        if len(self._failed) > MOST_REMEMBERED:
            self._failed.clear()
        self._failed.update(uids)

    def _read(self, mail: Listed, raw: bytes) -> Fetched:
        arrived_at = mail.arrived_at or self.shared.clock.now()
        return Fetched(mail.uid, RawMail(raw, self.terms.inbox, arrived_at), self._mode(arrived_at))

    def _mode(self, arrived_at: datetime) -> Mode:
        before = self.terms.archive_before
        return Mode.IMPORT if before is not None and arrived_at < before else Mode.LIVE

    async def _left(self, server: AccountThread, mail: Listed, why: Unreadable, size: int) -> Fetched:
        """What there is of a mail that stays where it is."""
        where = f"it is still in the mailbox {self.terms.name}, as UID {mail.uid}"
        head = await server.call(server.account.head, mail.uid, size) if size else b""
        found = self._read(mail, head or where.encode())
        return replace(found, left=Unreadable(why.cause, f"{why.detail}; {where}"))

    async def _sorted(self, fetched: AsyncGenerator[Batch, None]) -> AsyncGenerator[Read, None]:
        async with aclosing(fetched):
            async for batch in fetched:
                yield batch, await self.shared.mails.on_batch(batch)

    async def _put(self, read: AsyncGenerator[Read, None]) -> AsyncGenerator[Read, None]:
        async with aclosing(read):
            async for batch, mails in read:
                await self.shared.mails.put(mails)
                yield batch, mails

    async def _keep(self, server: AccountThread, batch: Batch, mails: Sequence[SortedMail], cursor: Cursor) -> Cursor:
        if not batch:
            return cursor
        cursor = replace(cursor, last_uid=batch[-1].uid)
        await self.shared.mails.keep(mails, Mark(server.account.place, cursor, self.terms.lease))
        metrics.MAILBOX_MAILS.labels(self.terms.name).inc(len(batch))
        return await self._tidy_kept(server, batch, cursor)

    async def _tidy_kept(self, server: AccountThread, batch: Batch, cursor: Cursor) -> Cursor:
        return await self._tidy(server, [each.uid for each in batch if each.left is None], cursor)

    async def _fetch_wanted(self, server: AccountThread, uidvalidity: int) -> None:
        """Mails that were left, and that somebody wants: the limits may be others now."""
        for wanted in await self.shared.cursors.wanted(server.account.place, uidvalidity):
            self._failed.pop(wanted.uid, None)
            listed = await server.call(server.account.list, [wanted.uid])
            for fetched in await self._fetch(server, listed) if listed else ():
                await self.shared.mails.on_wanted(wanted, fetched)
                if fetched.left is None:
                    await server.call(server.account.done, [wanted.uid])


async def _ahead(source: AsyncGenerator[Item, None]) -> AsyncGenerator[Item, None]:
    """Makes one batch while the one before it is in other hands."""

    async def fetch() -> Item | None:
        return await anext(source, None)

    following = asyncio.create_task(fetch())
    try:
        while (batch := await following) is not None:
            following = asyncio.create_task(fetch())
            yield batch
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
        await source.aclose()
