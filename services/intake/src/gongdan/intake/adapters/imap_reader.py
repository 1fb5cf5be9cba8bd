"""Reads one mailbox on and on, as long as this replica holds its lease: new mail is kept, then flagged or moved.

A mail that is too large or cannot be fetched is set aside and left in the mailbox; the mails after it go on. A crash
between keeping a mail and noting that costs reading it again, which its Message-ID makes harmless.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from gongdan.intake.adapters.imap_account import LISTED_AT_ONCE, ImapAccount
from gongdan.intake.adapters.imap_thread import AccountThread
from gongdan.intake.domain.mail.mailbox import Cursor, Listed, batches, newer
from gongdan.intake.domain.mail.message import Inbox, RawMail
from gongdan.intake.ports import Cursors, Lease, MailSink
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.errors import GongdanError, RetryLater, SlowDown

log = structlog.get_logger()

HEAD_BYTES = 64 * 1024
TRIES = 3
"""How often a mail may fail before it is set aside."""

FIRST_REST = timedelta(seconds=1)
RENEW = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Shared:
    """What all mailboxes of this process have in common. `mail_bytes` and `mail_time` bound one mail."""

    sink: MailSink
    cursors: Cursors
    lease: Lease
    clock: Clock
    mail_bytes: int
    mail_time: timedelta = timedelta(seconds=120)


@dataclass(slots=True)
class MailboxReader:
    """One mailbox; `name` is its definition's. `connect` makes an account that is not yet connected."""

    name: str
    inbox: Inbox
    connect: Callable[[], ImapAccount]
    shared: Shared
    poll: timedelta
    _failed: Counter[int] = field(default_factory=Counter)
    _renewed: float = float("-inf")
    _rest: timedelta = FIRST_REST

    async def run(self) -> None:
        """Read until cancelled. A failure is tried again after a rest that grows until something succeeds."""
        try:
            while True:
                try:
                    await self._one_turn()
                except (RetryLater, SlowDown) as fault:
                    await self._rest_after(fault, fault.delay)
                except Exception as error:
                    log.exception("mailbox_failed", mailbox=self.name)
                    await self._rest_after(error, FIRST_REST)
        finally:
            await self._let_go()

    async def _one_turn(self) -> None:
        if not await self._hold():
            await asyncio.sleep(RENEW.total_seconds())
            return
        async with self._connected() as server:
            log.info("mailbox_opened", mailbox=self.name)
            while await self._hold():
                await self._read_new(server)
                self._rest = FIRST_REST
                metrics.MAILBOX_READ.labels(self.name).set(self.shared.clock.now().timestamp())
                await server.wait(self.poll)

    async def _rest_after(self, fault: Exception, delay: timedelta) -> None:
        metrics.MAILBOX_FAILURES.labels(self.name).inc()
        log.warning("mailbox_waits", mailbox=self.name, why=str(fault))
        await asyncio.sleep(max(self._rest, delay).total_seconds())
        self._rest = min(self._rest * 2, LONGEST_REST)

    async def _hold(self) -> bool:
        """Take or prolong the lease, when it is time to."""
        now = self.shared.clock.monotonic()
        if now - self._renewed < RENEW.total_seconds():
            return True
        held = await self.shared.lease.hold(f"mailbox/{self.name}")
        self._renewed = now if held else float("-inf")
        return held

    async def _let_go(self) -> None:
        try:
            await self.shared.lease.let_go(f"mailbox/{self.name}")
        except GongdanError as fault:
            log.warning("lease_not_given_back", mailbox=self.name, why=str(fault))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AccountThread]:
        server = AccountThread(self.connect(), ThreadPoolExecutor(1, f"imap-{self.name}"))
        try:
            await server.call(server.account.connect)
            yield server
            await server.call(server.account.close)
        finally:
            server.end()

    async def _read_new(self, server: AccountThread) -> None:
        uidvalidity = await server.call(server.account.select)
        known = await self.shared.cursors.load(server.account.place)
        cursor = (known or Cursor(uidvalidity)).at(uidvalidity)
        uids = newer(await server.call(server.account.uids_after, cursor.last_uid), cursor)
        for start in range(0, len(uids), LISTED_AT_ONCE):
            for batch in batches(await server.call(server.account.list, uids[start : start + LISTED_AT_ONCE])):
                cursor = await self._read_batch(server, batch, cursor)

    async def _read_batch(self, server: AccountThread, batch: Sequence[Listed], cursor: Cursor) -> Cursor:
        taken = []
        for mail in batch:
            if not await self._hold():
                raise RetryLater(f"another replica reads the mailbox {self.name} now")
            if await self._take(server, mail):
                taken.append(mail.uid)
        try:
            await server.call(server.account.done, taken)
        except RetryLater as fault:
            log.warning("mailbox_not_tidied", mailbox=self.name, why=str(fault))
        cursor = replace(cursor, last_uid=batch[-1].uid)
        await self.shared.cursors.save(server.account.place, cursor)
        return cursor

    async def _take(self, server: AccountThread, mail: Listed) -> bool:
        """Whether the mail is kept as a whole, so that it may be flagged or moved."""
        if mail.size > self.shared.mail_bytes:
            head = await server.call(server.account.head, mail.uid, HEAD_BYTES) or b""
            await self._leave(mail, head, "too-large", f"{mail.size} bytes are more than {self.shared.mail_bytes}")
            return False
        if self._failed[mail.uid] >= TRIES:
            await self._leave(mail, b"", "not-fetched", f"fetching or reading it failed {TRIES} times")
            return False
        raw = await self._fetch(server, mail)
        if raw is None:
            return False
        try:
            await self.shared.sink.take(RawMail(raw, self.inbox, self._arrival(mail)))
        except GongdanError:
            raise
        except Exception:
            self._failed[mail.uid] += 1
            raise
        del self._failed[mail.uid]
        return True

    async def _fetch(self, server: AccountThread, mail: Listed) -> bytes | None:
        """The mail; None when it is gone. Raises RetryLater, and counts that."""
        try:
            async with asyncio.timeout(self.shared.mail_time.total_seconds()):
                return await server.call(server.account.fetch, mail.uid)
        except (TimeoutError, RetryLater) as error:
            self._failed[mail.uid] += 1
            why = str(error) or f"it takes longer than {self.shared.mail_time.total_seconds():.0f} s"
            raise RetryLater(f"mail {mail.uid}: {why}") from error

    def _arrival(self, mail: Listed) -> datetime:
        return mail.arrived_at or self.shared.clock.now()

    async def _leave(self, mail: Listed, head: bytes, cause: str, detail: str) -> None:
        """Set aside what there is of a mail; the mail itself stays where it is."""
        where = f"it is still in the mailbox {self.name}, as UID {mail.uid}"
        rest = RawMail(head or where.encode(), self.inbox, self._arrival(mail))
        await self.shared.sink.leave_aside(rest, cause, f"{detail}; {where}")
