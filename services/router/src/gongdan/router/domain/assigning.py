"""Assign: to a team, which then hands out by its strategy; to an agent; or to an agent within a team."""

from collections.abc import Iterable

from gongdan.router.domain.asked import Asked
from gongdan.router.domain.assignment import give_to_team
from gongdan.router.domain.decision import Decision, Draft, Rejected, after
from gongdan.shared.contracts.messages import Assign
from gongdan.shared.contracts.tickets import TicketAssigned


def assign(asked: Asked, command: Assign) -> Decision:
    """Give the ticket to whom the command names."""
    if refusal := _nobody_to_assign(asked, command):
        return refusal
    if command.assignee is None and command.team is not None:
        crew = asked.policy.teams[command.team]
        given = give_to_team(asked.ticket, command.team, crew, asked.around.turns, asked.at)
        return asked.done(drafts=(Draft(given, None, (crew.decided_by,)),))
    team = command.team or asked.ticket.team
    if (team, command.assignee) == (asked.ticket.team, asked.ticket.assignee):
        return asked.done()
    return asked.done(_assigned(asked, team, command.assignee))


def _assigned(asked: Asked, team: str | None, assignee: str | None) -> TicketAssigned:
    return TicketAssigned(
        ticket=after(asked.ticket, asked.at, team=team, assignee=assignee),
        rule="Assign",
        team=team,
        assignee=assignee,
        previous_assignee=asked.ticket.assignee,
        strategy="manual",
    )


def _nobody_to_assign(asked: Asked, command: Assign) -> Rejected | None:
    policy = asked.policy
    if command.team is None and command.assignee is None:
        return asked.refused("nobody-named", "neither a team nor an agent is named; name one or both", "team")
    if command.team is not None and command.team not in policy.teams:
        detail = f"there is no team {command.team!r}; teams are: {_some(policy.teams)}"
        return asked.refused("unknown-team", detail, "team")
    if command.assignee is None:
        return None
    if command.assignee not in policy.agents:
        detail = f"there is no agent {command.assignee!r}; agents are: {_some(policy.agents)}"
        return asked.refused("unknown-agent", detail, "assignee")
    if not policy.agents[command.assignee].active:
        detail = f"{command.assignee} is not at work; name another agent, or the team alone"
        return asked.refused("inactive-agent", detail, "assignee")
    return None


def _some(names: Iterable[str], most: int = 20) -> str:
    found = sorted(names)
    return ", ".join(found[:most]) + (", …" if len(found) > most else "") if found else "none yet"
