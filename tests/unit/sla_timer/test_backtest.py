"""Clocks counted again: the same breaches as those that the service says, and what differs under other policies."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, cast, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.shared.contracts.messages import PRIORITIES
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import StatusCategory, TicketEvent
from gongdan.sla_timer.domain.backtest.differences import Differences, Flip, Tally, side
from gongdan.sla_timer.domain.backtest.histories import histories, history_of
from gongdan.sla_timer.domain.book import Book, Step, advance, follow
from gongdan.sla_timer.domain.changes import Breached
from gongdan.sla_timer.domain.due import due_by
from gongdan.sla_timer.domain.facts import fact_of
from gongdan.sla_timer.domain.policy import Policies
from tests.kit.policies import policy
from tests.kit.story import Story
from tests.unit.sla_timer.test_hours import calendar, of

CATEGORIES = get_args(StatusCategory)
WAY = {"from": ["PriorityChanged"], "to": ["TicketAssigned"], "within": {"*": "3h"}}
TARGETS: dict[str, Any] = {
    "first_response": {"urgent": "1h", "high": "90m", "*": "3h"},
    "next_response": {"*": "2h", "time": "calendar"},
    "resolution": {"urgent": "4h", "low": "2 working days", "*": "1 working day"},
    "periodic_update": {"*": "6h"},
    "ownership": {"*": "5h"},
}
URGENT = policy("urgent", order=1, when='ticket.priority == "urgent"', targets={"resolution": {"*": "2h"}})
HELD = {"resolution": '"held" in ticket.tags', "first_response": 'ticket.priority == "low"'}
PLAIN: dict[str, Callable[[Story, int], object]] = {
    "asked": Story.asked,
    "answered": Story.answered,
    "merged": Story.merged,
    "passed": lambda story, minute: story.passed_to(minute, "field" if story.team == "support" else "support"),
    "by hand": lambda story, minute: story.promised(minute, minute + 60),
    "taken back": lambda story, minute: story.promised(minute, None),
}
DEEDS = st.sampled_from((*CATEGORIES, *PRIORITIES, *PLAIN))
LIVES = st.lists(st.tuples(st.integers(0, 400), DEEDS), max_size=15)


def policies(*, blind: bool = False) -> Policies:
    """Working time, pauses of several kinds, a milestone, with `blind` a second policy that promises less."""
    usual = policy(
        calendar="office",
        targets=TARGETS,
        milestones={"way": WAY},
        pause_in={"resolution": ["waiting"], "periodic_update": ["status:waiting"]},
        pause_when=HELD,
        counts_from="matching" if blind else "creation",
    )
    return of(usual, *([URGENT] if blind else []), calendar())


def life(deeds: Sequence[tuple[int, str]]) -> Story:
    """A ticket to which these things happen, each so many minutes after the one before."""
    story, minute = Story(), 0
    story.opened()
    for after, what in deeds:
        minute += after
        if what in PLAIN:
            PLAIN[what](story, minute)
        elif what in PRIORITIES:
            story.prioritised(minute, what)
        else:
            story.moved(minute, cast("StatusCategory", what))
    return story


def said(events: Sequence[Event], known: Policies, now: datetime) -> dict[tuple[str, int], datetime]:
    """The first breach of each clock as the service says it, the wheel turning once at the end."""
    book: Book | None = None
    steps: list[Step] = []
    calendars = known.hours.calendars
    for event in events:
        assert isinstance(event.data, TicketEvent)
        plan = known.plan_for(event.data.ticket)
        book, more = follow(book, fact_of(event.envelope, event.data), plan, calendars)
        steps += more
    for clock in book.clocks.values() if book else ():
        steps += advance(clock, due_by(clock, now, calendars), calendars)
    found: dict[tuple[str, int], datetime] = {}
    for step in steps:
        if isinstance(step.change, Breached):
            found.setdefault((step.clock.metric, step.clock.cycle), step.change.at)
    return found


@settings(deadline=None, max_examples=150)
@given(LIVES)
def test_clocks_counted_again_breach_as_the_service_says(deeds: list[tuple[int, str]]) -> None:
    story, known = life(deeds), policies()
    now = story.at(sum(after for after, _ in deeds) + 3_000)
    events = story.told
    counted = side(known).verdicts(history_of(events, known.milestones), now)
    breached = {name: one.breached_at for name, one in counted.items() if one.breached_at is not None}
    assert breached == said(events, known, now)


@settings(deadline=None, max_examples=100)
@given(LIVES)
def test_what_is_always_measured_is_counted_right_also_where_promises_come_and_go(deeds: list[tuple[int, str]]) -> None:
    story, known = life(deeds), policies(blind=True)
    now = story.at(sum(after for after, _ in deeds) + 3_000)
    counted = side(known).verdicts(history_of(story.told), now)
    metrics = ("first_response", "next_response", "resolution")
    breached = {name: one.breached_at for name, one in counted.items() if one.breached_at and name[0] in metrics}
    assert breached == {name: at for name, at in said(story.told, known, now).items() if name[0] in metrics}


def test_differences_are_counted_by_team_priority_and_week_and_flips_are_named() -> None:
    stricter = of(policy(targets={"first_response": {"*": "10m"}, "resolution": {"*": "240m"}}))
    answered_late, answered_soon = Story("late", "GD-1", team="field"), Story("soon", "GD-2", priority="high")
    events = [answered_late.opened(), answered_late.answered(30), answered_late.moved(40, "resolved")]
    events += [answered_soon.opened(), answered_soon.answered(5), answered_soon.moved(40, "resolved")]
    differences = Differences(side(of(policy())), side(stricter), Story().at(1_000))
    for history in histories(events):
        differences.take(history)
    week = f"{Story().noon.isocalendar().year}-W{Story().noon.isocalendar().week:02}"
    assert differences.total() == Tally(clocks=4, before=0, after=1, flips=1)
    assert differences.by("team") == {"field": Tally(2, 0, 1, 1), "support": Tally(2, 0, 0, 0)}
    assert differences.by("priority") == {"high": Tally(2, 0, 0, 0), "normal": Tally(2, 0, 1, 1)}
    assert differences.by("week") == {week: Tally(4, 0, 1, 1)}
    (flip,) = differences.flips
    assert (flip.ticket, flip.metric, flip.after.breached_at) == ("GD-1", "first_response", Story().at(10))
    assert isinstance(flip, Flip)


def test_clocks_that_ended_before_the_time_looked_at_are_left_out() -> None:
    story = Story()
    events = [story.opened(), story.answered(30), story.moved(400, "resolved")]
    known = side(of(policy()))
    for since, clocks in ((0, 2), (31, 1), (401, 0)):
        differences = Differences(known, known, story.at(1_000), story.at(since))
        differences.take(history_of(events))
        assert differences.total().clocks == clocks


def test_a_milestone_that_only_one_side_knows_is_counted_on_that_side() -> None:
    story = Story()
    events = [story.opened(), story.prioritised(10, "high"), story.assigned(10 + 240, "somebody")]
    one, other = of(policy()), of(policy(milestones={"way": WAY}))
    differences = Differences(side(one), side(other), story.at(300))
    differences.take(history_of(events, one.milestones), history_of(events, other.milestones))
    assert differences.by("metric")["milestone/way"] == Tally(clocks=1, before=0, after=1, flips=1)


def test_a_holiday_added_afterwards_changes_what_is_counted_again() -> None:
    story = Story()
    day = story.noon.date().isoformat()
    events = [story.opened(), story.answered(180)]
    targets = {"first_response": {"*": "1h"}}
    one = of(policy(calendar="office", targets=targets), calendar())
    other = of(
        policy(calendar="office", targets=targets),
        calendar(version=2, overrides=[{"date": day, "closed": True}]),
    )
    differences = Differences(side(one), side(other), story.noon + timedelta(days=9))
    differences.take(history_of(events))
    assert differences.total() == Tally(clocks=1, before=1, after=0, flips=1)
