"""Tickets in PostgreSQL: what a batch needs is read in a few statements, what it changed is written in a few.

Tickets are locked as they are read. What cannot be locked because it is not there yet (a conversation that two
replicas learn of at once) is written with a check; who comes second tries again and then finds it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gongdan.router.adapters import event_log, saving, statements
from gongdan.router.domain.wanted import Wanted
from gongdan.router.domain.workflow import FINISHED
from gongdan.router.domain.working_set import Layered, WorkingSet
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction


@dataclass(frozen=True, slots=True)
class PostgresTicketStore:
    """The tickets of one unit of work."""

    unit: Transaction

    async def load(self, wanted: Wanted) -> WorkingSet:
        """Everything stored that the wanted keys lead to, its tickets locked."""
        leads = await self._leads(wanted)
        tickets = await self._tickets({ticket_id for found in leads.values() for ticket_id in found.values()})
        numbers = {ticket.number: ticket.id for ticket in tickets.values()}
        followed = ((ticket.follow_up_of, ticket.id) for ticket in tickets.values())
        return WorkingSet(
            tickets=Layered(tickets),
            numbers=Layered(numbers),
            mails=Layered(leads["mail"]),
            conversations=Layered(leads["conversation"]),
            followers=Layered({numbers[number]: later for number, later in followed if number in numbers}),
            participants=Layered(await self._participants(wanted, numbers)),
            turns=Layered(await self._turns(wanted.workspaces | {one.workspace for one in tickets.values()})),
            applied=Layered({UUID(key): ticket_id for key, ticket_id in leads["applied"].items()}),
        )

    async def _leads(self, wanted: Wanted) -> dict[str, dict[str, UUID]]:
        rows = await self.unit.all(
            statements.LEADS,
            {
                "numbers": list(wanted.numbers),
                "mails": list(wanted.mails),
                "conversations": list(wanted.conversations),
                "messages": list(wanted.messages),
            },
        )
        found: dict[str, dict[str, UUID]] = {"number": {}, "mail": {}, "conversation": {}, "applied": {}}
        for row in rows:
            found[row.what][row.key] = row.ticket_id
        return found

    async def _tickets(self, ids: Collection[UUID]) -> dict[UUID, TicketSnapshot]:
        tickets = await self._locked(statements.TICKETS, {"ids": list(ids)}) if ids else {}
        finished = [one.number for one in tickets.values() if one.status_category in FINISHED]
        later = await self._locked(statements.FOLLOW_UPS, {"numbers": finished}) if finished else {}
        return tickets | later

    async def _locked(self, sql: str, values: Mapping[str, Any]) -> dict[UUID, TicketSnapshot]:
        rows = await self.unit.all(sql, values)
        found = (TicketSnapshot.model_validate_json(row.state) for row in rows)
        return {ticket.id: ticket for ticket in found}

    async def _participants(self, wanted: Wanted, numbers: Mapping[str, UUID]) -> dict[tuple[UUID, str], bool]:
        named = [numbers[token] for token in wanted.tokens if token in numbers]
        if not named:
            return {}
        rows = await self.unit.all(statements.PARTICIPANTS, {"tickets": named, "people": list(wanted.people)})
        return {(row.ticket_id, row.person): True for row in rows}

    async def _turns(self, workspaces: Collection[str]) -> dict[tuple[str, str], str]:
        rows = await self.unit.all(statements.TURNS, {"workspaces": list(workspaces)})
        return {(row.workspace, row.team): row.last for row in rows}

    async def save(self, working: WorkingSet, events: Sequence[Event]) -> None:
        """Keep what changed and say the events. Raises RetryLater when another replica was faster somewhere."""
        said = self.unit.emit(*events)
        await saving.save(self.unit, working, event_log.rows_of(events, said))
