"""Blocking IMAP calls beside the loop: each account has one thread, in which all of its calls take their turn."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.ports.mailboxes import MailboxFault

Answer = TypeVar("Answer")

SLICE = timedelta(seconds=5)
"""How long one call waits for news, so that the lease can be prolonged in between."""

PATIENCE = timedelta(seconds=180)
"""A server that says a little now and then would be waited for without end."""

IDLE_TERM = timedelta(minutes=20)
"""Servers may hang up on whoever idles for 30 minutes. Source: RFC 2177 section 3."""


@dataclass(frozen=True, slots=True)
class AccountThread:
    """An account and the thread that speaks to it."""

    account: ImapAccount
    thread: ThreadPoolExecutor

    async def call(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Run a blocking call in the account's thread. Raises RetryLater, also when it takes longer than `PATIENCE`."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await asyncio.get_running_loop().run_in_executor(self.thread, function, *arguments)
        except TimeoutError as error:
            why = f"the server takes longer than {PATIENCE.total_seconds():.0f} s for one answer"
            raise MailboxFault("unreachable", why) from error

    async def wait(self, patience: timedelta, hold: Callable[[], Awaitable[bool]]) -> None:
        """Until the server tells of something, at most for `patience`, or until the lease is lost."""
        patience = min(patience, IDLE_TERM)
        if not self.account.can_idle():
            await _sleep(patience, hold)
            return
        await self.call(self.account.idle)
        end = asyncio.get_running_loop().time() + patience.total_seconds()
        while (left := end - asyncio.get_running_loop().time()) > 0 and await hold():
            if await self.call(self.account.told, min(SLICE.total_seconds(), left)):
                break
        await self.call(self.account.idle_done)

    def end(self) -> None:
        """Cut the connection, so that a call in hand fails and the thread ends."""
        self.account.abort()
        self.thread.shutdown(wait=False)


async def _sleep(patience: timedelta, hold: Callable[[], Awaitable[bool]]) -> None:
    left = patience.total_seconds()
    while left > 0 and await hold():
        await asyncio.sleep(min(SLICE.total_seconds(), left))
        left -= SLICE.total_seconds()
