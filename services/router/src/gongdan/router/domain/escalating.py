"""What a level of escalation does to its ticket: one step an action, in the order of the policy.

A ticket that is resolved or closed is left alone: there is nothing left to hurry. What is the case already is not
done again. Actions that router does not know are named in the result, and the others still take effect.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gongdan.router.domain.assignment import give_to_team
from gongdan.router.domain.circumstances import Turns
from gongdan.router.domain.decision import Draft, after
from gongdan.router.domain.policy import Policy
from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope
from gongdan.shared.contracts.messages import PRIORITIES
from gongdan.shared.contracts.sla import EscalationReached
from gongdan.shared.contracts.tickets import (
    PriorityChanged,
    ProcessRequested,
    TicketAssigned,
    TicketEvent,
    TicketSnapshot,
)

RULE = "escalation"
DONE = ("resolved", "closed")


@dataclass(frozen=True, slots=True)
class Escalated:
    """What happens to the ticket, and which actions nobody could carry out."""

    drafts: tuple[Draft, ...] = ()
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _At:
    """An action on a ticket as it stands, for something that was `at` and is told `now`."""

    ticket: TicketSnapshot
    value: Any
    policy: Policy
    turns: Turns
    at: datetime
    now: datetime


def escalate(
    ticket: TicketSnapshot, reached: EscalationReached, told: Envelope, policy: Policy, turns: Turns
) -> Escalated:
    """What the actions of a level lead to. `told` is the envelope it came in."""
    if ticket.status_category in DONE:
        return Escalated()
    actor = Actor("rule", reached.policy)
    decided_by = (DecidedBy("SlaPolicy", reached.policy, reached.policy_version),)
    drafts: list[Draft] = []
    left: list[str] = []
    for action in reached.then:
        for name, value in action.items() if isinstance(action, dict) else ():
            step = STEPS.get(name)
            event = step(_At(ticket, value, policy, turns, told.occurred_at, told.recorded_at)) if step else None
            left += [] if step else [name]
            if event:
                drafts.append(Draft(event, actor, (*decided_by, *_process(event))))
                ticket = event.ticket
    return Escalated(tuple(drafts), tuple(left))


def _raise_priority(here: _At) -> TicketEvent | None:
    place = PRIORITIES.index(here.ticket.priority) + int(here.value)
    return _priority(here, PRIORITIES[min(place, len(PRIORITIES) - 1)])


def _set_priority(here: _At) -> TicketEvent | None:
    return _priority(here, here.value) if here.value in PRIORITIES else None


def _priority(here: _At, new: Any) -> TicketEvent | None:  # noqa: ANN401 - a JSON value that was checked
    old = here.ticket.priority
    if new == old:
        return None
    return PriorityChanged(ticket=after(here.ticket, here.at, priority=new), rule=RULE, old=old, new=new)


def _assign_team(here: _At) -> TicketEvent | None:
    crew = here.policy.teams.get(here.value)
    if crew is None or here.ticket.team == here.value:
        return None
    return give_to_team(here.ticket, here.value, crew, here.turns, here.at)


def _assign_agent(here: _At) -> TicketEvent | None:
    name = next((name for name in _candidates(here) if name in here.policy.agents), None)
    return _assigned(here, name) if name and here.policy.agents[name].active else None


def _candidates(here: _At) -> Iterable[str]:
    """Who is meant: by name, or by what they are in the ticket's team."""
    crew = here.policy.teams.get(here.ticket.team or "")
    if crew and here.value == "lead":
        return (crew.lead,) if crew.lead else ()
    if crew and here.value == "on_call":
        agents = here.policy.agents
        names = crew.on_call.candidates(here.now) if crew.on_call else ()
        return (name for name in names if name in agents and agents[name].active)
    return (here.value,)


def _release(here: _At) -> TicketEvent | None:
    return _assigned(here, None)


def _assigned(here: _At, assignee: str | None) -> TicketEvent | None:
    if here.ticket.assignee == assignee:
        return None
    return TicketAssigned(
        ticket=after(here.ticket, here.at, assignee=assignee),
        rule=RULE,
        team=here.ticket.team,
        assignee=assignee,
        previous_assignee=here.ticket.assignee,
        strategy=RULE,
    )


def _start_process(here: _At) -> TicketEvent | None:
    process = here.policy.processes.get(here.value)
    if process is None:
        return None
    return ProcessRequested(
        ticket=after(here.ticket, here.at), rule=RULE, process=process.name, process_version=process.version
    )


def _process(event: TicketEvent) -> tuple[DecidedBy, ...]:
    """The Process that was asked for took part in the decision."""
    if not isinstance(event, ProcessRequested):
        return ()
    return (DecidedBy("Process", event.process, event.process_version),)


STEPS: Mapping[str, Callable[[_At], TicketEvent | None]] = {
    "raise_priority": _raise_priority,
    "set_priority": _set_priority,
    "assign_team": _assign_team,
    "assign_agent": _assign_agent,
    "release": _release,
    "start_process": _start_process,
}
