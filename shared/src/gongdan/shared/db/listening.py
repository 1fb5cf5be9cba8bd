"""Hearing at once of what others commit: PostgreSQL's LISTEN.

A notice is a hint only. One may be lost while the connection is down, so whoever listens also looks by itself.
"""

import asyncio
from collections.abc import Callable

import structlog

from gongdan.shared.db.session import FAULTS, Database

log = structlog.get_logger()

AGAIN_SECONDS = 1.0


async def listen(db: Database, channel: str, wake: Callable[[], None]) -> None:
    """Call `wake` at every notice on the channel, for ever; a lost connection is made again."""
    while True:
        try:
            await _listen(db, channel, wake)
        except FAULTS as fault:
            log.warning("listening_waits", why=f"{type(fault).__name__}: {fault}")
        await asyncio.sleep(AGAIN_SECONDS)


async def _listen(db: Database, channel: str, wake: Callable[[], None]) -> None:
    async with db.connections.own() as conn:
        ended = asyncio.Event()
        conn.add_termination_listener(lambda _: ended.set())
        await conn.add_listener(channel, lambda *_: wake())
        await ended.wait()
