"""Whose turn it is: round robin over those of a team who are at work.

The roster's position is the name of who got the last ticket, so that people who come or go do not make others
lose their turn.
"""

from collections.abc import Sequence
from datetime import datetime

from gongdan.router.domain.circumstances import Turns
from gongdan.router.domain.decision import after
from gongdan.router.domain.policy import Crew
from gongdan.shared.contracts.tickets import TicketAssigned, TicketSnapshot

ROUND_ROBIN = "round_robin"


def next_in_turn(roster: Sequence[str], active: frozenset[str], last: str | None) -> str | None:
    """The first active member after `last` in roster order, from the start again at its end; None: none is active."""
    start = roster.index(last) + 1 if last in roster else 0
    ordered = (*roster[start:], *roster[:start])
    return next((name for name in ordered if name in active), None)


def hand_out(crew: Crew, last: str | None) -> str | None:
    """Who of a team gets the next ticket by the team's strategy; None when it is left to the team."""
    return next_in_turn(crew.roster, crew.active, last) if crew.strategy == ROUND_ROBIN else None


def give_to_team(ticket: TicketSnapshot, team: str, crew: Crew, turns: Turns, at: datetime) -> TicketAssigned:
    """The event that gives a ticket to a team, and to one of it by the team's strategy."""
    assignee = hand_out(crew, turns.get((ticket.workspace, team)))
    return TicketAssigned(
        ticket=after(ticket, at, team=team, assignee=assignee),
        rule=crew.strategy,
        team=team,
        assignee=assignee,
        previous_assignee=ticket.assignee,
        strategy=crew.strategy,
    )
