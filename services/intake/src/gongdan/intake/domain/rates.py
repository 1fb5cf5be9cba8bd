"""How often somebody may do something: a bucket of tokens for each, filled at a steady rate.

Memory is bounded: of more people than `most`, those who were not heard of for longest are forgotten, and begin anew.
"""

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass, field

MOST = 50_000


@dataclass(slots=True)
class Rates:
    """Buckets by key. Times are seconds of any clock that never goes backwards."""

    most: int = MOST
    _buckets: "OrderedDict[str, tuple[float, float]]" = field(default_factory=OrderedDict)

    def wait(self, key: str, per_minute: int, now: float) -> int:
        """Take one: 0, or the seconds after which there is one again. A bucket holds a minute's worth."""
        left, at = self._buckets.pop(key, (float(per_minute), now))
        left = min(float(per_minute), left + (now - at) * per_minute / 60)
        taken = left >= 1
        self._buckets[key] = (left - 1 if taken else left, now)
        if len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        return 0 if taken else max(1, math.ceil((1 - left) * 60 / per_minute))


def neighbourhood(address: str) -> str:
    """What counts as one address: an IPv6 network of 64 bits belongs to one household."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
