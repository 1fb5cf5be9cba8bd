"""What a level of escalation does to its ticket."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gongdan.router.domain.escalating import STEPS, Escalated, escalate
from gongdan.router.domain.policy import policy_of
from gongdan.shared.contracts.sla import EscalationReached
from gongdan.shared.contracts.tickets import PriorityChanged, ProcessRequested, TicketAssigned
from gongdan.shared.definitions.sla_policy import ESCALATION_ACTIONS
from tests.handlers.router.world import event_of
from tests.kit.story import Story
from tests.unit.router.given import NOON, catalog, definition, message, people

ROTA = {"rota": ["third", "away", "fourth"], "first": "2026-03-01", "days": 1}
CATALOG = catalog(
    *people("fourth", team="field", strategy="none"),
    definition("Team", "led", {"members": ["first"], "lead": "second", "on_call": ROTA}),
    definition("Agent", "away", {"display": "Away", "active": False}),
    definition("Process", "recall", {"flow": [{"id": "a", "type": "task", "who": "assignee"}]}, version=4),
)
NIGHT = NOON - timedelta(hours=12)


def reached(*then: dict[str, Any]) -> EscalationReached:
    """A level with these actions."""
    return EscalationReached(
        ticket_id=Story().id,
        ticket="GD-1",
        workspace="support",
        metric="resolution",
        cycle=1,
        state="breached",
        policy="gold",
        policy_version=3,
        target_seconds=60,
        elapsed_seconds=90,
        due_at=NOON,
        level=1,
        then=then,
    )


def escalated(story: Story, *then: dict[str, Any], told: datetime = NOON) -> Escalated:
    """What becomes of a story's ticket."""
    envelope = replace(event_of(message()).envelope, recorded_at=told)
    return escalate(story.ticket, reached(*then), envelope, policy_of(CATALOG, "support"), {})


def test_it_raises_the_priority_by_steps_up_to_the_top_and_names_the_policy_that_says_so() -> None:
    (draft,) = escalated(Story(priority="high"), {"raise_priority": 3}).drafts
    assert isinstance(draft.payload, PriorityChanged)
    assert (draft.payload.old, draft.payload.new, draft.payload.ticket.version) == ("high", "urgent", 1)
    assert str(draft.actor) == "rule:gold"
    assert [(one.name, one.version) for one in draft.decided_by] == [("gold", 3)]
    assert escalated(Story(priority="urgent"), {"raise_priority": 1}).drafts == ()


def test_actions_follow_each_other_each_on_what_the_last_one_left() -> None:
    done = escalated(Story(), {"raise_priority": 1, "assign_team": "field"}, {"assign_agent": "fourth"})
    versions = [draft.payload.ticket.version for draft in done.drafts]
    assert versions == [1, 2, 3]
    ticket = done.drafts[-1].payload.ticket
    assert (ticket.priority, ticket.team, ticket.assignee) == ("high", "field", "fourth")


def test_it_gives_the_ticket_to_the_lead_of_its_team_or_back_to_the_team() -> None:
    (draft,) = escalated(Story(team="led", assignee="first"), {"assign_agent": "lead"}).drafts
    assert isinstance(draft.payload, TicketAssigned)
    assert (draft.payload.assignee, draft.payload.previous_assignee) == ("second", "first")
    (draft,) = escalated(Story(team="led", assignee="first"), {"release": True}).drafts
    assert draft.payload.ticket.assignee is None


def test_nobody_is_given_a_ticket_who_is_not_there() -> None:
    actions = ({"assign_agent": "nobody"}, {"assign_team": "nowhere"}, {"assign_agent": "lead"})
    assert escalated(Story(), *actions).drafts == ()


@pytest.mark.parametrize(("told", "who"), [(NIGHT, "third"), (NOON, "fourth"), (NOON + timedelta(days=1), "fourth")])
def test_it_gives_the_ticket_to_who_is_on_call_when_it_is_told_and_at_work(told: datetime, who: str) -> None:
    (draft,) = escalated(Story(team="led", assignee="first"), {"assign_agent": "on_call"}, told=told).drafts
    assert isinstance(draft.payload, TicketAssigned)
    assert (draft.payload.assignee, draft.payload.ticket.updated_at) == (who, draft.payload.ticket.created_at)
    assert escalated(Story(team="support"), {"assign_agent": "on_call"}).drafts == ()


def test_a_process_that_is_to_be_started_is_on_record_with_its_version() -> None:
    (draft,) = escalated(Story(), {"start_process": "recall"}).drafts
    assert isinstance(asked := draft.payload, ProcessRequested)
    assert (asked.process, asked.process_version) == ("recall", 4)
    assert [(one.kind, one.name, one.version) for one in draft.decided_by] == [
        ("SlaPolicy", "gold", 3),
        ("Process", "recall", 4),
    ]


def test_router_has_a_step_for_every_action_that_a_policy_may_ask_for() -> None:
    assert frozenset(STEPS) == ESCALATION_ACTIONS


def test_a_ticket_that_is_done_is_left_alone() -> None:
    assert escalated(Story(category="resolved"), {"raise_priority": 1}) == Escalated()


def test_actions_that_router_does_not_know_are_named_and_the_others_take_effect() -> None:
    done = escalated(Story(), {"send_survey": "csat"}, {"set_priority": "urgent"})
    assert (done.left, len(done.drafts)) == (("send_survey",), 1)
