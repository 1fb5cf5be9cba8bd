"""Whatever is asked in whatever order: a ticket's versions have no gaps, its moves are legal, its log is its state."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.router.domain.decision import Applied
from gongdan.router.domain.ticket import evolve, replayed
from gongdan.router.domain.workflow import DEFAULT
from gongdan.shared.contracts.messages import (
    PRIORITIES,
    AddNote,
    Assign,
    Automatic,
    CommandReceived,
    MessageReceived,
    Reply,
    SetPriority,
    Snooze,
    Transition,
)
from gongdan.shared.contracts.tickets import StatusChanged, TicketEvent, TicketSnapshot
from tests.unit.router.given import NOON, command, decided, definition, done, message, opened, ticket_in

HOUR = timedelta(hours=1)
# The support workspace with both waits on.
WAITS = definition(
    "Workspace", "support", {"team": "support", "auto_close": {"after": "7d"}, "follow_up": {"after": "2d"}}, version=5
)
STATES = [*DEFAULT.states, "nonsense"]
ASKED = (
    st.builds(Reply, text=st.sampled_from(["", "Hi"]))
    | st.builds(AddNote, text=st.sampled_from(["", "Hm"]))
    | st.builds(Transition, to=st.sampled_from(STATES))
    | st.builds(Snooze, until=st.sampled_from([None, NOON - HOUR, NOON + HOUR, NOON + 2 * HOUR]))
    | st.builds(SetPriority, priority=st.sampled_from(PRIORITIES))
    | st.builds(
        Assign, team=st.sampled_from([None, "support", "x"]), assignee=st.sampled_from([None, "first", "third", "x"])
    )
)
COMMANDS = st.builds(command, ASKED, version=st.none() | st.integers(1, 12))
MESSAGES = st.builds(
    lambda automatic, closes, direction: message(automatic=automatic, closes=closes, direction=direction),
    st.sampled_from(Automatic),
    st.booleans(),
    st.sampled_from(["in", "out"]),
)
REQUESTS = st.lists(COMMANDS | MESSAGES, max_size=15)

# The parts of a ticket that each event may change, besides its version and time.
CHANGES = {
    "MessageAdded": set(),
    "TicketClassified": {"priority", "category", "tags"},
    "TicketAssigned": {"team", "assignee"},
    "PriorityChanged": {"priority"},
    "StatusChanged": {"status", "status_category", "snoozed_until", "timers"},
    "TicketSnoozed": {"snoozed_until"},
    "TicketWoken": {"snoozed_until"},
    "TimerSet": {"timers"},
    "TimerDropped": {"timers"},
}


def told(requests: list[MessageReceived | CommandReceived]) -> list[TicketEvent]:
    """The log of a ticket that was opened and then asked these things; what opens another ticket is left out."""
    log = [draft.payload for draft in done(decided(None, message())).drafts]
    for request in requests:
        found = decided(log[-1].ticket, request, WAITS)
        if isinstance(found, Applied) and found.how != "opened":
            log.extend(draft.payload for draft in found.drafts)
    return log


@given(REQUESTS)
def test_versions_have_no_gaps_and_the_log_leads_to_the_state(
    requests: list[MessageReceived | CommandReceived],
) -> None:
    log = told(requests)
    assert [event.ticket.version for event in log] == list(range(1, len(log) + 1))
    assert replayed(log) == log[-1].ticket


@given(REQUESTS)
def test_an_event_changes_only_what_it_tells(requests: list[MessageReceived | CommandReceived]) -> None:
    for before, event in pairwise(told(requests)):
        old, new = before.ticket.model_dump(), event.ticket.model_dump()
        changed = {name for name in old if old[name] != new[name]} - {"version", "updated_at"}
        assert changed <= CHANGES[type(event).__name__]


@given(REQUESTS)
def test_every_move_is_legal_and_told_as_it_was(requests: list[MessageReceived | CommandReceived]) -> None:
    for before, event in pairwise(told(requests)):
        if isinstance(event, StatusChanged):
            assert DEFAULT.why_not(before.ticket.status, event.new) is None
            assert (event.old, event.old_category) == (before.ticket.status, before.ticket.status_category)
            assert (event.new, event.new_category) == (event.ticket.status, event.ticket.status_category)
            assert DEFAULT.states[event.new] == event.new_category


@given(st.sampled_from(list(DEFAULT.states)), COMMANDS | MESSAGES)
def test_the_same_request_on_the_same_ticket_is_always_decided_alike(
    state: str, request: MessageReceived | CommandReceived
) -> None:
    assert decided(ticket_in(state), request) == decided(ticket_in(state), request)


@pytest.mark.parametrize("version", [0, 3, 4, 6])
def test_a_gap_in_a_log_is_refused(version: int) -> None:
    ticket = opened()
    event = TicketEvent(ticket=ticket.model_copy(update={"version": version}))
    with pytest.raises(ValueError, match="cannot follow version 4"):
        evolve(ticket, event)


def test_another_tickets_event_is_refused() -> None:
    ticket, other = opened(), done(decided(None, message("m2"))).ticket
    moved: TicketSnapshot = other.model_copy(update={"version": 5})
    with pytest.raises(ValueError, match="cannot change"):
        evolve(ticket, TicketEvent(ticket=moved))


def test_an_empty_log_is_no_ticket() -> None:
    assert replayed([]) is None
