"""Whatever happens to a ticket, in whatever order: what must always hold of its clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import PRIORITIES
from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned, Metric
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.definitions.catalog import Catalog
from tests.kit.policies import catalog, policy
from tests.kit.story import Story
from tests.unit.sla_timer.desk import Desk

MOVES = get_args(StatusCategory)
TARGETS: dict[str, Any] = {
    "first_response": {"urgent": "20s", "high": "40s", "*": "60s"},
    "next_response": {"*": "30s"},
    "resolution": {"urgent": "60s", "low": "300s", "*": "120s"},
}
CATALOGS = (
    catalog(policy(targets=TARGETS, warn=["50%", "80%", "-5s"])),
    catalog(policy(targets=TARGETS, warn=["80%"], version=2), revision=2),
    catalog(policy(targets={"resolution": {"*": "90s"}}, version=3), revision=3),
    catalog(policy(when="false", version=4), revision=4),
)


@dataclass(frozen=True)
class Deed:
    """Something that happens `after` seconds; `what` is a category, a priority, `asked`, `answered` or a catalog."""

    after: int
    what: str | int


GAPS = st.integers(0, 90)
EVENTS = st.sampled_from((*MOVES, *PRIORITIES, "asked", "answered"))
DEEDS = st.lists(st.builds(Deed, GAPS, EVENTS), max_size=25)
DEEDS_AND_POLICIES = st.lists(st.builds(Deed, GAPS, EVENTS | st.integers(0, 3)), max_size=25)


def play(desk: Desk, story: Story, deed: Deed, second: int) -> None:
    """Let one deed happen at `second`."""
    minutes = second / 60
    match deed.what:
        case int():
            found: Catalog = CATALOGS[deed.what]
            desk.follows(Catalog(desk.policies.revision + 1, found.items), story.at(minutes))
        case "asked":
            desk.hears(story.asked(minutes))
        case "answered":
            desk.hears(story.answered(minutes))
        case what if what in PRIORITIES:
            desk.hears(story.prioritised(minutes, what))
        case what if what in MOVES:
            desk.hears(story.moved(minutes, cast("StatusCategory", what)))


def play_all(deeds: Sequence[Deed], wheel: Sequence[int] = ()) -> tuple[Desk, Story, int]:
    """Everything in order; the wheel turns half a second before each deed whose place is in `wheel`, and at the end."""
    story, desk = Story(), Desk(CATALOGS[0])
    desk.hears(story.opened())
    second = 0
    for place, deed in enumerate(deeds):
        second += deed.after
        if place in wheel:
            desk.turns(story.at((second - 0.5) / 60))
        play(desk, story, deed, second)
    desk.turns(story.at(second / 60 + 60))
    return desk, story, second


def active_seconds(deeds: Sequence[Deed], metric: Metric, until: int) -> int:
    """The slow way: look at every second of the latest cycle and count those in which the clock must run."""
    happened: dict[int, list[str]] = {}
    moment = 0
    for deed in deeds:
        moment += deed.after
        happened.setdefault(moment, []).append(str(deed.what))
    category, count, over = "new", 0, False
    for second in range(until + 1):
        for what in happened.get(second, []):
            reopened = category in ("resolved", "closed") and what in MOVES and what not in ("resolved", "closed")
            category = what if what in MOVES else category
            if metric == "resolution":
                count, over = (0, False) if reopened and over else (count, over)
                over = over or category in ("resolved", "closed")
            else:
                over = over or what == "answered" or category == "closed"
        resting = category == "waiting" if metric == "resolution" else category == "resolved"
        count += second < until and not over and not resting
    return count


@settings(deadline=None, max_examples=60)
@given(DEEDS)
def test_elapsed_time_is_what_counting_every_second_gives(deeds: list[Deed]) -> None:
    desk, story, second = play_all(deeds)
    desk.hears(story.assigned(second / 60, "li.wei"))
    metrics: tuple[Metric, ...] = ("resolution", "first_response")
    for metric in metrics:
        clock = desk.clock(metric)
        running = timedelta(seconds=second) - (clock.at - story.noon) if clock.phase == "running" else timedelta()
        assert clock.elapsed + running == timedelta(seconds=active_seconds(deeds, metric, second)), metric


def thresholds_said(desk: Desk) -> list[Envelope]:
    """Every warning and breach that was said."""
    return [e.envelope for e in desk.said if isinstance(e.data, DeadlineWarned | DeadlineBreached)]


@settings(deadline=None, max_examples=60)
@given(DEEDS_AND_POLICIES, st.sets(st.integers(0, 25)))
def test_no_threshold_is_said_twice_and_no_event_id_is_used_twice(deeds: list[Deed], wheel: set[int]) -> None:
    desk, _, _ = play_all(deeds, sorted(wheel))
    said = [
        (data.metric, data.cycle, data.policy_version, data.target_seconds, getattr(data, "threshold", "breach"))
        for event in desk.said
        if isinstance(data := event.data, DeadlineWarned | DeadlineBreached)
    ]
    assert len(said) == len(set(said))
    assert len({event.envelope.id for event in desk.said}) == len(desk.said)


@settings(deadline=None, max_examples=60)
@given(DEEDS)
def test_which_deadlines_were_breached_does_not_depend_on_when_the_wheel_turned(deeds: list[Deed]) -> None:
    often, _, _ = play_all(deeds, range(len(deeds)))
    once, _, _ = play_all(deeds)
    breaches = [{e.id for e in thresholds_said(desk) if e.type == "DeadlineBreached"} for desk in (often, once)]
    assert breaches[0] == breaches[1]


@settings(deadline=None, max_examples=60)
@given(DEEDS_AND_POLICIES, st.sets(st.integers(0, 25)))
def test_once_the_wheel_has_turned_late_enough_nothing_is_left_to_say(deeds: list[Deed], wheel: set[int]) -> None:
    desk, story, second = play_all(deeds, sorted(wheel))
    assert desk.turns(story.at(second / 60 + 10_000)) == []
