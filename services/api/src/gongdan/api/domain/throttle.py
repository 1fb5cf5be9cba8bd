"""How long somebody who failed to sign in must wait: counted per account and network, never per account alone.

So whoever guesses at an account slows down themselves, and nobody else: its owner signs in from elsewhere at once.
A network is an IPv4 address, or the 64 bits of IPv6 that one subscriber has. Whoever tries many accounts from one
network is slowed down as well.
"""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

FREE = 5
FREE_PER_NETWORK = 50
LONGEST = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


def network_of(address: str) -> str:
    """Whose failures count together."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{found.exploded[:19]}::/64" if isinstance(found, IPv6Address) else str(found)


def wait(failures: int, last_at: datetime | None, now: datetime, free: int = FREE) -> timedelta:
    """How much longer to wait: a second after the first failure that is not free, then twice as long each time."""
    if last_at is None or failures < free:
        return timedelta()
    pause = min(timedelta(seconds=2 ** min(failures - free, 20)), LONGEST)
    return max(last_at + pause - now, timedelta())
