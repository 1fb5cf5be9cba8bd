"""The wheel's clock: corrections are followed at once, steps only when they last."""

from datetime import timedelta

from gongdan.shared.clock import FakeClock
from gongdan.sla_timer.adapters.steady import SteadyClock
from tests.kit.events import NOON

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def steady() -> tuple[FakeClock, SteadyClock]:
    """A machine's clock and the steady one on top of it."""
    machine = FakeClock(NOON)
    return machine, SteadyClock(machine)


def test_time_passes_as_on_the_machine_and_small_corrections_are_followed() -> None:
    machine, clock = steady()
    machine.move(HOUR)
    machine.at += SECOND
    assert clock.now() == NOON + HOUR + SECOND


def test_an_hour_forward_fires_nothing_early_when_it_is_put_right_again() -> None:
    machine, clock = steady()
    machine.at += HOUR
    for _ in range(20):
        machine.move(SECOND)
        assert clock.now() < NOON + timedelta(minutes=1)
    machine.at -= HOUR
    assert clock.now() == NOON + 20 * SECOND


def test_a_step_that_lasts_is_followed_in_both_directions() -> None:
    for step in (HOUR, -HOUR):
        machine, clock = steady()
        machine.at += step
        clock.now()
        machine.move(29 * SECOND)
        assert clock.now() == NOON + 29 * SECOND
        machine.move(SECOND)
        assert clock.now() == NOON + step + 30 * SECOND
        machine.move(HOUR)
        assert clock.now() == NOON + step + 30 * SECOND + HOUR


def test_an_hour_back_does_not_hold_timers_up_while_it_is_doubted() -> None:
    machine, clock = steady()
    machine.at -= HOUR
    machine.move(10 * SECOND)
    assert clock.now() == NOON + 10 * SECOND
