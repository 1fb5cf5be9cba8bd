"""Reads one mailbox on and on, as long as it is this replica's turn and it holds the lease.

Every failure is tried again after a rest that grows; operators see how each mailbox is doing.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.adapters.imap_folder import FolderReader
from gongdan.intake.adapters.imap_thread import AccountThread
from gongdan.intake.domain.mail.message import Inbox
from gongdan.intake.domain.mail.standing import Standing, after_failure, after_reading, rest_after
from gongdan.intake.ports.mailboxes import Cursors, Lease, MailBatches, MailboxFault, Standings
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.doors import MailboxCause
from gongdan.shared.errors import GongdanError, RetryLater, SlowDown

log = structlog.get_logger()

RENEW = timedelta(seconds=8)
"""How often the lease is prolonged, and how often a replica without it looks again."""

READ_AT_ONCE = 8
"""How many mailboxes give mail at the same moment, which bounds the memory for them."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What all mailboxes of this process have in common. `mail_bytes` and `mail_time` bound one mail."""

    mails: MailBatches
    cursors: Cursors
    lease: Lease
    standings: Standings
    clock: Clock
    mail_bytes: int
    mail_time: timedelta = timedelta(seconds=120)
    room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READ_AT_ONCE))


@dataclass(frozen=True, slots=True)
class Terms:
    """A mailbox: its definition's name, its inbox, how often to look, and which of its mail is an archive.

    `connect` makes an account that is not yet connected; `forget` is told when the server refuses what that was
    signed in with, and says whether another try may help; `mine` says whether it is this replica's turn.
    """

    name: str
    inbox: Inbox
    poll: timedelta
    connect: Callable[[], Awaitable[ImapAccount]]
    forget: Callable[[], bool]
    mine: Callable[[], bool]
    archive_before: datetime | None = None

    @property
    def lease(self) -> str:
        """What the right to read it is called."""
        return f"mailbox/{self.name}"


@dataclass(slots=True)
class MailboxReader:
    """One mailbox, in the background."""

    terms: Terms
    shared: Shared
    standing: Standing = field(default_factory=Standing)
    _folder: FolderReader | None = None
    _renewed: float = float("-inf")
    _said: float = float("-inf")

    async def run(self) -> None:
        """Read until cancelled."""
        self._folder = FolderReader(self.terms, self.shared)
        try:
            while True:
                try:
                    await self._one_turn(self._folder)
                except MailboxFault as fault:
                    await self._rest_after(fault.cause, str(fault), fault.delay)
                except (RetryLater, SlowDown) as fault:
                    await self._rest_after("failed", str(fault), fault.delay)
                except Exception as error:
                    log.exception("mailbox_reader_failed", mailbox=self.terms.name)
                    await self._rest_after("failed", f"{type(error).__name__}: {error}", timedelta(0))
        finally:
            self._forget_numbers()
            await self._let_go()

    async def _one_turn(self, folder: FolderReader) -> None:
        if not await self._hold():
            self.standing = Standing()
            await asyncio.sleep(RENEW.total_seconds())
            return
        async with self._connected() as server:
            log.info("mailbox_opened", mailbox=self.terms.name)
            while await self._hold():
                all_read = await folder.read(server)
                await self._say(after_reading(self.standing, self.shared.clock.now()))
                if all_read:
                    await server.wait(self.terms.poll, self._hold)

    async def _rest_after(self, cause: MailboxCause, why: str, asked: timedelta) -> None:
        rest = rest_after(self.standing.failures, cause, asked)
        metrics.MAILBOX_FAILURES.labels(self.terms.name).inc()
        log.warning("mailbox_waits", mailbox=self.terms.name, cause=cause, why=why, seconds=rest.total_seconds())
        await self._say(after_failure(self.standing, cause, why, rest, self.shared.clock.now()))
        await asyncio.sleep(rest.total_seconds())

    async def _say(self, standing: Standing) -> None:
        """Let operators know: of a change at once, that all is well now and then."""
        changed = standing.state != self.standing.state or standing.state != "reading"
        self.standing = standing
        metrics.MAILBOX_FAILING.labels(self.terms.name).set(standing.state == "failing")
        if standing.read_at:
            metrics.MAILBOX_READ.labels(self.terms.name).set(standing.read_at.timestamp())
        if changed or self.shared.clock.monotonic() - self._said >= RENEW.total_seconds():
            self._said = self.shared.clock.monotonic()
            try:
                await self.shared.standings.save(self.terms.name, standing)
            except RetryLater as fault:
                log.warning("mailbox_state_not_kept", mailbox=self.terms.name, why=str(fault))

    async def _hold(self) -> bool:
        """Take or prolong the lease, when it is time to; give it back when it is another replica's turn."""
        if not self.terms.mine():
            await self._let_go()
            return False
        now = self.shared.clock.monotonic()
        if now - self._renewed < RENEW.total_seconds():
            return True
        held = await self.shared.lease.hold(self.terms.lease)
        self._renewed = now if held else float("-inf")
        return held

    async def _let_go(self) -> None:
        if self._renewed == float("-inf"):
            return
        self._renewed = float("-inf")
        try:
            await self.shared.lease.let_go(self.terms.lease)
        except GongdanError as fault:
            log.warning("lease_not_given_back", mailbox=self.terms.name, why=str(fault))

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AccountThread]:
        account = await self.terms.connect()
        server = AccountThread(account, ThreadPoolExecutor(1, f"imap-{self.terms.name}"))
        try:
            await self._sign_in(server)
            yield server
            await server.call(account.close)
        finally:
            server.end()

    async def _sign_in(self, server: AccountThread) -> None:
        try:
            await server.call(server.account.connect)
        except MailboxFault as fault:
            if fault.cause == "sign-in-refused" and self.terms.forget():
                raise RetryLater(str(fault)) from fault
            raise

    def _forget_numbers(self) -> None:
        """Another replica may count on."""
        for metric in (metrics.MAILBOX_READ, metrics.MAILBOX_FAILING):
            with contextlib.suppress(KeyError):
                metric.remove(self.terms.name)
