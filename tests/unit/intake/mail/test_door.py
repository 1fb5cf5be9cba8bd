"""Who may hand in how much, and how a mailbox is doing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gongdan.intake.domain.mail.door import MOST_CLIENTS, PAUSE, SLOW, Keeping, Places, Rates, hides_an_end
from gongdan.intake.domain.mail.standing import (
    LONGEST_REST,
    PATIENCE,
    REFUSED_REST,
    Standing,
    after_failure,
    after_reading,
    mine,
    rest_after,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("line", [b"x\n.\n\r\n", b".\n\r\n", b"x\r.\r\n", b"x\n.\r\n", b".\rx\r\n"])
def test_a_dot_alone_between_bare_line_ends_is_found(line: bytes) -> None:
    assert hides_an_end(line, at_start=True)


@pytest.mark.parametrize("line", [b".\r\n", b"..\r\n", b".x\n\r\n", b"a\nb\r\n", b"\n..\n\r\n", b"\r\r\n"])
def test_other_lines_hide_nothing(line: bytes) -> None:
    assert not hides_an_end(line, at_start=True)


def test_a_client_gets_its_share_again_as_time_goes_by() -> None:
    rates = Rates(60)
    assert [rates.take("a", 0) for _ in range(61)] == [True] * 60 + [False]
    assert rates.take("b", 0)
    assert [rates.take("a", 1.0), rates.take("a", 1.0)] == [True, False]


def test_without_a_limit_nobody_is_counted_and_with_one_only_so_many_are_remembered() -> None:
    free, rates = Rates(0), Rates(1)
    assert all(free.take("a", 0) for _ in range(1_000))
    for number in range(MOST_CLIENTS + 10):
        rates.take(str(number), 0)
    assert len(rates._left) == MOST_CLIENTS


def test_places_are_given_back() -> None:
    places = Places(2, 1)
    assert [places.enter("a"), places.enter("a"), places.enter("b"), places.enter("c")] == [True, False, True, False]
    places.leave("a")
    assert places.enter("c")
    assert not places.enter("a")


def test_after_a_mail_that_could_not_be_kept_others_are_put_off_for_a_while() -> None:
    keeping = Keeping()
    keeping.end(keeping.begin(0), 1, failed=True)
    assert keeping.trouble(1 + PAUSE - 0.1) != ""
    assert keeping.trouble(1 + PAUSE) == ""
    keeping.end(keeping.begin(2), 3, failed=False)
    assert keeping.trouble(3) == ""


def test_while_one_mail_takes_long_to_be_kept_others_are_put_off() -> None:
    keeping = Keeping()
    slow, quick = keeping.begin(0), keeping.begin(SLOW)
    keeping.end(quick, SLOW + 1, failed=False)
    assert "slowly" in keeping.trouble(SLOW + 1)
    keeping.end(slow, SLOW + 2, failed=False)
    assert keeping.trouble(SLOW + 2) == ""


def test_a_mailbox_needs_somebody_only_after_some_failures_in_a_row() -> None:
    found, states = Standing(), []
    for _ in range(PATIENCE):
        found = after_failure(found, "unreachable", "no route", SECOND, NOW)
        states.append(found.state)
    assert states == ["retrying"] * (PATIENCE - 1) + ["failing"]
    assert (found.failures, found.next_try) == (PATIENCE, NOW + SECOND)
    again = after_reading(found, NOW + SECOND)
    assert (again.state, again.failures, again.since) == ("reading", 0, NOW + SECOND)
    assert after_reading(again, NOW + 2 * SECOND).since == NOW + SECOND


def test_what_trying_again_cannot_mend_needs_somebody_at_once() -> None:
    assert after_failure(Standing(), "token-refused", "revoked", SECOND, NOW).state == "failing"


def test_rests_grow_to_a_bound_and_wrong_passwords_are_tried_seldom() -> None:
    rests = [rest_after(number, "unreachable", SECOND) for number in (0, 1, 2, 3, 30)]
    assert rests == [SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, LONGEST_REST]
    assert rest_after(0, "sign-in-refused", SECOND) == REFUSED_REST
    assert rest_after(0, "unreachable", timedelta(days=1)) == LONGEST_REST


@given(names=some.sets(some.text(max_size=3), min_size=1), replicas=some.sets(some.text(max_size=3), min_size=1))
def test_each_mailbox_has_exactly_one_replica_and_none_has_many_more_than_others(
    names: set[str], replicas: set[str]
) -> None:
    dealt = {each: [name for name in names if mine(name, list(names), each, list(replicas))] for each in replicas}
    assert sorted(name for found in dealt.values() for name in found) == sorted(names)
    assert max(map(len, dealt.values())) - min(map(len, dealt.values())) <= 1
