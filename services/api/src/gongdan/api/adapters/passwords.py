"""Passwords: argon2id, in threads, a few at a time, since each takes 64 MiB and tens of milliseconds."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from gongdan.shared.errors import SlowDown

Result = TypeVar("Result")
AT_ONCE = 2
MOST_WAITING = 40


def _slots() -> asyncio.Semaphore:
    return asyncio.Semaphore(AT_ONCE)


@dataclass(slots=True)
class Argon2Passwords:
    """Hashes with the parameters that the library recommends (RFC 9106, low memory)."""

    _hasher: PasswordHasher = field(default_factory=PasswordHasher)
    _slots: asyncio.Semaphore = field(default_factory=_slots)
    _waiting: int = 0
    _nobodys: str = ""

    async def hash(self, password: str) -> str:
        """What is kept of a password. Raises SlowDown when too many wait."""
        return await self._in_turn(self._hasher.hash, password)

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is this password. Takes as long for an account that is not there. Raises SlowDown."""
        if not self._nobodys:
            self._nobodys = await self.hash("nobody's")
        matches = await self._in_turn(self._matches, kept or self._nobodys, password)
        return matches and kept is not None

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    async def _in_turn(self, work: Callable[..., Result], *given: str) -> Result:
        if self._waiting >= MOST_WAITING:
            raise SlowDown("too many sign in at once", timedelta(seconds=5))
        self._waiting += 1
        try:
            async with self._slots:
                return await asyncio.to_thread(work, *given)
        finally:
            self._waiting -= 1
