"""What the Kafka client complains of: it goes into our log, and ends the service when it does not stop.

aiokafka's work for a group can end for good on an answer it does not know. From then on each poll raises the same
error, and nothing is read any more; only a new start of the process helps. FastStream says so to a logger and polls
again, five seconds later. Limit: complaints that are further apart than `APART_SECONDS` were got over.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from gongdan.shared.health import Health

log = structlog.get_logger()

APART_SECONDS = 10.0
ENOUGH = 6


@dataclass
class Complaints:
    """A logger for FastStream, of which only errors are of interest."""

    health: Health
    _in_a_row: int = 0
    _last: float = float("-inf")

    def log(
        self, level: int, msg: object, /, *, exc_info: object = None, extra: Mapping[str, object] | None = None
    ) -> None:
        """Pass an error on, and count those that follow each other closely."""
        if level < logging.ERROR:
            return
        why = f"{type(exc_info).__name__}: {exc_info}" if exc_info else str(msg)
        log.warning("subscription_fails", why=why, topics=(extra or {}).get("topic"))
        now = asyncio.get_running_loop().time()
        self._in_a_row = self._in_a_row + 1 if now - self._last < APART_SECONDS else 1
        self._last = now
        if self._in_a_row >= ENOUGH:
            self.health.fail(f"nothing can be read from Kafka any more ({why}): start the service again")
