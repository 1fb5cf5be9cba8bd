"""Who may hand in how much at the mail receiver, and when; line ends that could hide a second mail. Pure."""

import re
from collections import Counter, OrderedDict
from dataclasses import dataclass, field

MOST_CLIENTS = 10_000
PAUSE = 5.0
"""Seconds without mail after one could not be kept."""

SLOW = 5.0
"""Seconds that keeping one mail may take before others are put off."""

_HIDDEN_END = re.compile(rb"[\r\n]\.[\r\n]")


def hides_an_end(line: bytes, at_start: bool) -> bool:
    """Whether some servers would see the end of the mail in this line (with its CR LF), where there is none for us.

    What follows would be a mail of its own for them, of whatever sender its author likes. Only CR LF . CR LF ends a
    mail. Source: RFC 5321 section 2.3.8; the reports on SMTP smuggling of December 2023.
    """
    if b"\n" not in line[:-2] and b"\r" not in line[:-2]:
        return False
    return _HIDDEN_END.search(b"\r" + line if at_start else line) is not None


@dataclass(slots=True)
class Rates:
    """At most `most` of something a minute for each client, saved up for no longer than that; 0 is no limit."""

    most: int
    _left: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def take(self, client: str, now: float) -> bool:
        """Take one at a time given in seconds; whether there was one left."""
        if self.most == 0:
            return True
        left, at = self._left.pop(client, (float(self.most), now))
        left = min(left + (now - at) * self.most / 60, float(self.most))
        self._left[client] = (left - 1 if left >= 1 else left, now)
        if len(self._left) > MOST_CLIENTS:
            self._left.popitem(last=False)
        return left >= 1


@dataclass(slots=True)
class Places:
    """Connections at a time, of all clients and of one."""

    most: int
    most_each: int
    _taken: Counter[str] = field(default_factory=Counter)

    def enter(self, client: str) -> bool:
        """Whether there is room for one more."""
        if self._taken.total() >= self.most or self._taken[client] >= self.most_each:
            return False
        self._taken[client] += 1
        return True

    def leave(self, client: str) -> None:
        """One is gone."""
        self._taken[client] -= 1
        if self._taken[client] <= 0:
            del self._taken[client]


@dataclass(slots=True)
class Keeping:
    """How it goes with keeping mails, so that others are put off before they are received. Times in seconds."""

    _begun: dict[int, float] = field(default_factory=dict)
    _failed_at: float = float("-inf")
    _last: int = 0

    def begin(self, now: float) -> int:
        """A mail is being kept from now on; returns its number."""
        self._last += 1
        self._begun[self._last] = now
        return self._last

    def end(self, number: int, now: float, *, failed: bool) -> None:
        """A mail was kept, or nothing could be."""
        del self._begun[number]
        self._failed_at = now if failed else float("-inf")

    def trouble(self, now: float) -> str:
        """Why no mail should be received now, as a sentence; empty when one may be."""
        if now - self._failed_at < PAUSE:
            return "Cannot keep mail at the moment, come back"
        if self._begun and now - next(iter(self._begun.values())) > SLOW:
            return "Mail is kept slowly at the moment, come back"
        return ""
