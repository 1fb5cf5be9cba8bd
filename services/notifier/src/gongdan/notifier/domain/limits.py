"""How much automatic mail somebody may get, so that two machines that answer each other soon fall silent.

The limits per ticket hold for every automatic mail. The limits over all tickets hold for acknowledgements
only: they end the loop in which each answer opens a new ticket, while agents may well be given many tickets
at once. Source: the windows and numbers of Zammad's trigger limits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from gongdan.notifier.domain.audience import Want

WINDOWS = (
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=10),
)
PER_TICKET = (10, 15, 25, 50, 100)
OVER_ALL = (30, 60, 120, 240, 360)

Key = tuple[str, UUID | None]  # recipient and ticket; None counts acknowledgements over all tickets
Counts = Mapping[Key, tuple[int, ...]]  # automatic mails sent in each of WINDOWS
NONE_YET = (0,) * len(WINDOWS)


def keys_of(want: Want) -> tuple[Key, ...]:
    """What a want counts towards; nothing if it is not limited."""
    if want.channel != "email" or not want.automatic or want.suppressed:
        return ()
    per_ticket = (want.recipient, want.about.ticket_id)
    return (per_ticket, (want.recipient, None)) if want.purpose == "acknowledgement" else (per_ticket,)


def limit(wants: Iterable[Want], sent: Counts) -> list[Want]:
    """The wants in their order, suppressed where a limit is reached, counting those let through."""
    counts = dict(sent)
    return [_limited(want, counts) for want in wants]


def _limited(want: Want, counts: dict[Key, tuple[int, ...]]) -> Want:
    keys = keys_of(want)
    if any(_is_reached(key, counts.get(key, NONE_YET)) for key in keys):
        return replace(want, suppressed="too-many")
    for key in keys:
        counts[key] = tuple(count + 1 for count in counts.get(key, NONE_YET))
    return want


def _is_reached(key: Key, counts: tuple[int, ...]) -> bool:
    allowed = OVER_ALL if key[1] is None else PER_TICKET
    return any(count >= most for count, most in zip(counts, allowed, strict=True))
