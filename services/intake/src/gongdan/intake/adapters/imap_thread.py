"""Blocking IMAP calls beside the loop: each account has one thread, in which all of its calls take their turn."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from gongdan.intake.adapters.imap_account import ImapAccount

Answer = TypeVar("Answer")

SLICE = timedelta(seconds=1)
"""How long one call waits for news, so that a reader can be stopped in between."""


@dataclass(frozen=True, slots=True)
class AccountThread:
    """An account and the thread that speaks to it."""

    account: ImapAccount
    thread: ThreadPoolExecutor

    async def call(self, function: Callable[..., Answer], *arguments: object) -> Answer:
        """Run a blocking call in the account's thread."""
        return await asyncio.get_running_loop().run_in_executor(self.thread, function, *arguments)

    async def wait(self, patience: timedelta) -> None:
        """Until the server tells of something, at most for `patience`; without IDLE just as long."""
        if not self.account.can_idle():
            await asyncio.sleep(patience.total_seconds())
            return
        await self.call(self.account.idle)
        end = asyncio.get_running_loop().time() + patience.total_seconds()
        while (left := end - asyncio.get_running_loop().time()) > 0:
            if await self.call(self.account.told, min(SLICE, timedelta(seconds=left))):
                break
        await self.call(self.account.idle_done)

    def end(self) -> None:
        """Cut the connection, so that a call in hand fails and the thread ends."""
        self.account.abort()
        self.thread.shutdown(wait=False)
