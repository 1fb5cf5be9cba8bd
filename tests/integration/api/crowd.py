"""Many tickets that differ in all that reports look at, made the same way every time, and the forms they come from."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.domain.projection import Rows
from gongdan.api.domain.rows import ClockRow, FirstAnswerRow, ResolutionRow
from gongdan.api.domain.snapshots import ticket_row
from gongdan.shared.contracts.messages import PRIORITIES, Channel, Person
from gongdan.shared.contracts.tickets import StatusCategory, TicketSnapshot
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.ids import derived_id
from tests.unit.shared.access.given import definition

# Hours around the end of a year, of ISO weeks, and of summer time in two zones.
STARTS = [
    datetime(2025, 12, 28, 20, tzinfo=UTC),
    datetime(2026, 3, 7, 5, tzinfo=UTC),
    datetime(2026, 3, 28, tzinfo=UTC),
]
PROPERTIES: dict[str, Any] = {
    "cost": {"type": "number"},
    "price": {"type": "object", "x-widget": "money"},
    "kind": {"type": "string", "enum": ["hardware", "software"]},
    "parts": {"type": "array", "items": {"type": "string"}, "x-widget": "multi"},
    "wanted": {"type": "string", "format": "date"},
    "visit": {"type": "string", "format": "date-time"},
    "story": {"type": "string", "x-widget": "textarea"},
}


@dataclass(frozen=True)
class Told:
    """A ticket with what else is known of it."""

    ticket: TicketSnapshot
    resolved_at: datetime | None
    answered_at: datetime | None
    hit: bool | None
    ended_at: datetime


def forms(*workspaces: str) -> list[Definition]:
    """A form and a place for each workspace."""
    schema = {"type": "object", "properties": PROPERTIES}
    spec = {"audience": "portal", "schema": schema, "subject": "x"}
    places = [
        definition("Workspace", one, {"number_prefix": one[:2].upper(), "timezone": "Asia/Shanghai"})
        for one in workspaces
    ]
    return [*places, *(definition("Form", "repair", spec, one) for one in workspaces)]


def crowd(count: int, seed: int = 1, workspaces: Sequence[str] = ("support", "repair")) -> list[Told]:
    """So many tickets."""
    return list(_each(count, random.Random(seed), workspaces))  # noqa: S311 - no secret


async def settle(database: Database, told: Sequence[Told]) -> None:
    """Put them where api reads."""
    rows = Rows()
    for one in told:
        key = one.ticket.id
        rows.tickets[key] = ticket_row(one.ticket)
        if one.resolved_at:
            rows.resolutions[key] = ResolutionRow(key, 2, one.resolved_at)
        if one.answered_at:
            rows.first_answers[key] = FirstAnswerRow(key, -2, one.answered_at)
        if one.hit is not None:
            rows.clocks[key, "resolution", 1] = _clock(one)
    async with database.transaction() as unit:
        await PostgresReadModels().save(unit, rows)


def _each(count: int, chance: random.Random, workspaces: Sequence[str]) -> Iterator[Told]:
    categories: Sequence[StatusCategory] = get_args(StatusCategory)
    for number in range(1, count + 1):
        began = chance.choice(STARTS) + timedelta(minutes=chance.randrange(4_000))
        category = chance.choice(categories)
        ended = category in {"resolved", "closed"}
        ticket = TicketSnapshot(
            id=derived_id("crowd", number),
            number=f"GD-{number}",
            version=2,
            workspace=chance.choice(workspaces),
            channel=chance.choice(get_args(Channel)),
            subject=f"{chance.choice(['printer', 'screen'])} {number}",
            status=category,
            status_category=category,
            priority=chance.choice(PRIORITIES),
            category=chance.choice([None, "hardware", "software"]),
            team=chance.choice([None, "first", "second"]),
            assignee=chance.choice([None, "ann", "bob"]),
            requester=Person(email=f"{chance.choice('abc')}@{chance.choice(['one', 'two'])}.example.com"),
            tags=tuple(sorted(chance.sample(["red", "green", "blue"], chance.randrange(3)))),
            fields=_fields(chance),
            created_at=began,
            updated_at=began,
        )
        later = began + timedelta(minutes=chance.randrange(1, 3_000))
        hit = chance.choice([None, True, False])
        yield Told(ticket, later if ended else None, later if chance.random() < 0.5 else None, hit, later)


def _fields(chance: random.Random) -> dict[str, Any]:
    given = {
        "cost": chance.choice([0, 1.5, -3, 1e6, "not a number", None]),
        "price": {"amount": chance.randrange(100), "currency": chance.choice(["CNY", "EUR"])},
        "kind": chance.choice(["hardware", "software", ""]),
        "parts": chance.sample(["bolt", "nut", "cog"], chance.randrange(3)),
        "wanted": chance.choice(["2026-03-31", "2026-04-01", "soon"]),
        "visit": chance.choice(["2026-03-31T20:00:00Z", "2026-04-01T08:00:00+08:00", "13:00 maybe"]),
        "story": f"story {chance.random()}",
    }
    return {name: given[name] for name in chance.sample(sorted(given), chance.randrange(len(given) + 1))}


def _clock(one: Told) -> ClockRow:
    return ClockRow(
        ticket_id=one.ticket.id,
        metric="resolution",
        cycle=1,
        state="met" if one.hit else "breached",
        policy="gold",
        policy_version=1,
        target_seconds=3600,
        elapsed_seconds=60,
        due_at=one.ended_at,
        late=False if one.hit else None,
        recorded_at=one.ended_at,
        rank=1,
        event_id=derived_id("crowd-clock", one.ticket.number),
    )
