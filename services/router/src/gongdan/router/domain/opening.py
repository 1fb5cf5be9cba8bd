"""How a message opens a ticket: opened, its text added, classified by the rules, given to a team.

On a closed ticket a person's message opens a new one, which names the old unless the workspace says otherwise: what
is closed stays as it was. So does a message that comes long after its ticket was resolved.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from gongdan.router.domain.assignment import give_to_team
from gongdan.router.domain.chain import Classification, classify
from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import ROUTER, Applied, Arrival, Draft, after, applied
from gongdan.router.domain.joining import added
from gongdan.router.domain.workflow import DEFAULT
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.tickets import TicketClassified, TicketOpened, TicketSnapshot
from gongdan.shared.ids import ticket_id

LINKED: Mapping[str, str] = {
    "possible_follow_up": "its subject names {number}, to which the sender is not known to belong",
    "same_mail": "the same mail, by its Message-ID, is part of {number} already",
}
"""Rules by which a ticket is opened that has to do with another one, and what it tells; each is also a tag of it."""


def open_ticket(
    arrival: Arrival, around: Circumstances, follow_up_of: str | None = None, by: tuple[DecidedBy, ...] = ()
) -> Applied:
    """Open a ticket. TicketAssigned is said only where the rules or the workspace name a team.

    `by` is what decided that the message opens one and does not join the ticket that it was placed at.
    """
    drafts = tuple(_story(arrival, around, follow_up_of, by))
    return applied("opened", arrival.rule, drafts[0].payload.ticket, drafts)


def _story(
    arrival: Arrival, around: Circumstances, follow_up_of: str | None, by: tuple[DecidedBy, ...]
) -> Iterable[Draft]:
    message = arrival.message
    customer = around.policy.customers.of(message.requester.email if message.verified else None)
    first = _first(arrival, around.number, follow_up_of, customer.tier)
    opened = TicketOpened(
        ticket=first,
        rule=arrival.rule,
        message_id=message.message_id,
        automatic=message.automatic,
        mail=message.mail,
    )
    joined = added(first, arrival)
    yield from (Draft(opened, decided_by=(*by, *customer.by)), Draft(joined))
    found = classify(around.policy.chain, joined.ticket, message, around.policy.teams)
    classified = _classified(joined.ticket, found, arrival.at)
    yield Draft(classified, ROUTER, found.hits)
    yield from _given(classified.ticket, found, arrival.at, around)


def _first(arrival: Arrival, number: str, follow_up_of: str | None, tier: str | None) -> TicketSnapshot:
    message = arrival.message
    return TicketSnapshot(
        id=ticket_id(message.message_id),
        number=number,
        version=1,
        workspace=message.workspace,
        channel=message.channel,
        subject=message.subject,
        status=DEFAULT.initial,
        status_category=DEFAULT.states[DEFAULT.initial],
        priority=message.priority or "normal",
        requester=message.requester,
        tags=(arrival.rule,) if arrival.rule in LINKED else (),
        fields=message.fields,
        follow_up_of=follow_up_of,
        form=message.source if message.channel == "form" else None,
        tier=tier,
        created_at=arrival.at,
        updated_at=arrival.at,
    )


def _classified(ticket: TicketSnapshot, found: Classification, at: datetime) -> TicketClassified:
    sorted_as = found.ticket
    return TicketClassified(
        ticket=after(ticket, at, priority=sorted_as.priority, category=sorted_as.category, tags=sorted_as.tags),
        rule="chain",
        category=sorted_as.category,
        priority=sorted_as.priority,
        trace=found.trace,
    )


def _given(ticket: TicketSnapshot, found: Classification, at: datetime, around: Circumstances) -> Iterable[Draft]:
    policy, wanted = around.policy, found.ticket.team
    team, team_by = (wanted, found.team_by) if wanted else (policy.team, policy.team_by)
    if team:
        crew = policy.teams[team]
        yield Draft(give_to_team(ticket, team, crew, around.turns, at), ROUTER, (*team_by, crew.decided_by))
