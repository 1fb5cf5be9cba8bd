"""Who is on call: shifts that change at the same hour of the wall clock, and swaps that people agreed on."""

from datetime import datetime
from itertools import islice
from typing import Any

import pytest
from pydantic import ValidationError

from gongdan.shared.definitions.on_call import OnCall

SWAP = {"from": "2026-01-20", "to": "2026-01-21", "agent": "d"}


def rota(**more: Any) -> OnCall:
    """Three people in turn, a week each, from Monday 2026-01-05, 09:00 in Berlin."""
    usual = {"rota": ["a", "b", "c"], "first": "2026-01-05", "timezone": "Europe/Berlin"}
    return OnCall.model_validate(usual | more, by_alias=True, by_name=False)


def on_call(at: str, **more: Any) -> str:
    """Who is on call first."""
    return next(rota(**more).candidates(datetime.fromisoformat(at)))


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-01-05T09:00:00+01:00", "a"),
        ("2026-01-12T08:59:59+01:00", "a"),
        ("2026-01-12T09:00:00+01:00", "b"),
        ("2026-01-12T16:00:00+08:00", "b"),
        ("2026-01-26T09:00:00+01:00", "a"),
        ("2026-01-05T08:59:00+01:00", "c"),
        ("2025-12-29T08:59:00+01:00", "b"),
    ],
)
def test_shifts_follow_each_other_forwards_and_backwards(at: str, who: str) -> None:
    assert on_call(at) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-03-28T08:59:00+01:00", "a"),
        ("2026-03-28T09:00:00+01:00", "b"),
        ("2026-03-29T08:59:00+02:00", "b"),
        ("2026-03-29T09:00:00+02:00", "c"),
    ],
)
def test_the_handover_stays_at_its_hour_when_clocks_change(at: str, who: str) -> None:
    assert on_call(at, first="2026-03-27", days=1) == who


@pytest.mark.parametrize(
    ("at", "who"),
    [
        ("2026-01-20T08:59:00+01:00", "c"),
        ("2026-01-20T09:00:00+01:00", "d"),
        ("2026-01-22T08:59:00+01:00", "d"),
        ("2026-01-22T09:00:00+01:00", "c"),
    ],
)
def test_who_takes_over_is_on_call_from_handover_to_handover(at: str, who: str) -> None:
    assert on_call(at, swaps=[SWAP]) == who


def test_of_two_swaps_for_one_day_the_last_one_counts() -> None:
    assert on_call("2026-01-20T12:00:00+01:00", swaps=[SWAP, SWAP | {"agent": "e"}]) == "e"


def test_after_who_takes_over_come_the_others_in_turn() -> None:
    found = rota(swaps=[SWAP]).candidates(datetime.fromisoformat("2026-01-20T12:00:00+01:00"))
    assert list(islice(found, 9)) == ["d", "c", "a", "b"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rota": []},
        {"first": "2026-02-30"},
        {"days": 0},
        {"handover": "9:00"},
        {"timezone": "Mars/Base"},
        {"swaps": [SWAP | {"to": "2026-01-19"}]},
    ],
)
def test_what_is_no_rota_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rota(**wrong)
