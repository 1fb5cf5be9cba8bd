"""When a delivery is tried again, and what comes of each result."""

from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.notifier.domain.delivery import State
from gongdan.notifier.domain.lanes import Rest, rest_after, room
from gongdan.notifier.domain.retry import (
    MOST_ATTEMPTS,
    SCHEDULE,
    Disabled,
    GiveUp,
    Gone,
    Result,
    Taken,
    TryLater,
    Unreachable,
    Untried,
    retry_after,
    wait_after,
)
from gongdan.notifier.domain.settle import settle
from tests.unit.notifier.given import NOON, TICKET, claimed


@pytest.mark.parametrize(("attempt", "wait"), list(enumerate(SCHEDULE, start=1)))
def test_waits_follow_the_schedule_with_a_little_jitter(attempt: int, wait: timedelta) -> None:
    found = wait_after(attempt, TICKET)
    assert found is not None
    assert wait <= found <= wait * 1.1


def test_after_ten_attempts_it_is_over() -> None:
    assert (MOST_ATTEMPTS, wait_after(10, TICKET)) == (10, None)


@given(st.uuids(), st.integers(1, 9))
def test_the_jitter_is_always_the_same_for_the_same_attempt(delivery_id: UUID, attempt: int) -> None:
    assert wait_after(attempt, delivery_id) == wait_after(attempt, UUID(str(delivery_id)))


def test_many_that_failed_together_come_back_spread_out() -> None:
    waits = {wait_after(2, uuid5(TICKET, str(nth))) for nth in range(100)}
    assert len(waits) == 100


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(timedelta(minutes=1), timedelta(minutes=1)), (timedelta(days=9), timedelta(hours=24))],
)
def test_a_longer_wait_that_was_asked_for_is_kept_up_to_a_day(asked: timedelta, expected: timedelta) -> None:
    assert wait_after(1, TICKET, asked) == expected


def test_a_shorter_wait_that_was_asked_for_does_not_shorten_the_schedule() -> None:
    assert (wait_after(1, TICKET, timedelta()) or timedelta()) >= SCHEDULE[0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", timedelta(minutes=2)),
        ("Mon, 02 Mar 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("99999999999999", timedelta(hours=24)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str | None, expected: timedelta | None) -> None:
    assert retry_after(header, NOON) == expected


@pytest.mark.parametrize(
    ("result", "state", "attempt", "event"),
    [
        (Taken(), "sent", 3, "DeliverySent"),
        (TryLater("450 busy"), "queued", 3, "DeliveryFailed"),
        (GiveUp("550 unknown"), "failed", 3, "DeliveryFailed"),
        (Gone("HTTP 410", 4), "failed", 3, "DeliveryFailed"),
        (Disabled(), "suppressed", 3, "DeliverySuppressed"),
        (Unreachable("refused"), "queued", 2, None),
        (Untried(), "queued", 2, None),
    ],
)
def test_each_result_has_its_outcome(result: Result, state: State, attempt: int, event: str | None) -> None:
    found = settle(claimed(attempt=3), result, NOON)
    assert (found.state, found.attempt) == (state, attempt)
    assert (found.event.envelope.type if found.event else None) == event
    assert (found.due_at is not None) is (state == "queued")


def test_the_last_attempt_says_that_there_is_no_next() -> None:
    found = settle(claimed(attempt=MOST_ATTEMPTS), TryLater("HTTP 500"), NOON)
    assert found.event is not None
    assert (found.state, found.event.data.model_dump()["next_attempt_at"]) == ("failed", None)


def test_only_gone_disables_an_endpoint_and_names_the_version() -> None:
    disables = [settle(claimed(), result, NOON).disables for result in (Gone("HTTP 410", 4), GiveUp("x"))]
    assert disables == [4, None]


def test_events_of_different_attempts_have_different_ids() -> None:
    settled = [settle(claimed(attempt=attempt), TryLater("x"), NOON) for attempt in (1, 2)]
    assert len({one.event.envelope.id for one in settled if one.event}) == 2


def test_a_lane_whose_way_is_closed_rests_longer_each_time() -> None:
    rest, now, waits = None, NOON, []
    for _ in range(8):
        rest = rest_after(Unreachable("refused"), rest, now)
        assert rest is not None
        waits.append((rest.until - now).total_seconds())
        now = rest.until
    assert waits == [1, 2, 4, 8, 15, 30, 30, 30]


def test_attempts_that_fail_together_count_as_one_strike() -> None:
    rest = rest_after(Unreachable("refused"), None, NOON)
    assert rest_after(Unreachable("refused"), rest, NOON) == rest


def test_a_lane_that_works_again_forgets_its_strikes() -> None:
    assert rest_after(Taken(), Rest(NOON, 5), NOON) is None


def test_an_endpoint_that_asks_for_peace_gets_it() -> None:
    assert rest_after(TryLater("HTTP 429", timedelta(minutes=1)), None, NOON) == Rest(NOON + timedelta(minutes=1))


def test_a_resting_lane_has_no_room_and_others_keep_theirs() -> None:
    found = room({"email": 4}, ["a", "b", "b"], {"a": Rest(NOON + timedelta(seconds=1)), "c": Rest(NOON)}, NOON)
    assert found.taken["a"] > 1000
    assert (found.taken["b"], found.taken.get("c", 0)) == (2, 0)
