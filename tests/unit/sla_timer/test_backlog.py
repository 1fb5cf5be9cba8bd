"""What may fire while the service comes back."""

from datetime import timedelta

from gongdan.shared.clock import FakeClock
from gongdan.sla_timer.adapters.backlog import LONG_AGO, Backlog
from tests.kit.events import NOON
from tests.kit.service import settings

MINUTE = timedelta(minutes=1)


def test_at_first_nothing_of_the_absence_and_nothing_of_now_may_fire() -> None:
    clock = FakeClock(NOON)
    backlog = Backlog(settings("postgresql+asyncpg://x", "x:1"), clock, MINUTE, lambda: False)
    clock.move(MINUTE)
    assert (backlog.held_until(), backlog.open_until()) == (NOON, NOON)
    backlog.behind = False
    assert (backlog.held_until(), backlog.open_until()) == (LONG_AGO, NOON)


def test_once_events_were_heard_everything_fires_also_when_they_are_not_for_a_while() -> None:
    clock, hears = FakeClock(NOON), [True]
    backlog = Backlog(settings("postgresql+asyncpg://x", "x:1"), clock, MINUTE, lambda: hears[0])
    clock.move(MINUTE)
    assert backlog.open_until() == NOON + MINUTE
    hears[0] = False
    assert backlog.open_until() == NOON + MINUTE
