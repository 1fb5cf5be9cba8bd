"""Tells when the embedded broker holds much: it keeps in memory whatever it is told, and lets go of nothing.

Told at one gibibyte, then whenever that has doubled. A new start empties it; the services say again what they keep.
"""

from dataclasses import dataclass

import psutil

MUCH = 1024**3
ADVICE = "start Gongdan anew at a quiet time, or run it with Apache Kafka (docker-compose.yml), whose log is on disk"


@dataclass(slots=True)
class Growth:
    """What was told already. Another process begins anew."""

    next_at: int = MUCH
    pid: int | None = None

    def look(self, pid: int | None) -> str | None:
        """What is to be told of the broker's process, if anything."""
        return self.weigh(pid, _resident(pid)) if pid else None

    def weigh(self, pid: int, held: int) -> str | None:
        """The same for so many bytes."""
        if pid != self.pid:
            self.pid, self.next_at = pid, MUCH
        if held < self.next_at:
            return None
        while self.next_at <= held:
            self.next_at *= 2
        return f"holds {held / MUCH:.1f} GiB in memory, more with every message: {ADVICE}"


def _resident(pid: int) -> int:
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0
