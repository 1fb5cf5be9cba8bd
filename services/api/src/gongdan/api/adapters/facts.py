"""Figures about tickets, counted by PostgreSQL: one statement for all measures of a source, totals included.

All statements of one `Standing` see the tables at one moment, so that its figures agree with each other. Limits: a
statement that takes longer than LONGEST is given up, and so is one with more than MOST_GROUPS groups.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gongdan.api.adapters.fact_fragments import SOURCES, Parts, fact, figure, group
from gongdan.api.adapters.nets import condition
from gongdan.api.adapters.tickets import conditions_of
from gongdan.api.domain.queries import TicketFilters
from gongdan.api.domain.reports.measures import Measure, Source
from gongdan.api.domain.reports.question import Level, Question
from gongdan.api.domain.reports.table import Counted
from gongdan.api.domain.views import Ticket
from gongdan.shared.access.nets import Net
from gongdan.shared.contracts.messages import Person
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.errors import Complaint, FixInput

LONGEST = timedelta(seconds=20)
MOST_GROUPS = 5_000
CHUNK = 2_000
ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
IN_TIME = f"SET LOCAL statement_timeout = {LONGEST // timedelta(milliseconds=1)}"


class PostgresFacts:
    """The tables `tickets`, `clocks`, `resolutions` and `first_answers`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def standing(self) -> AsyncIterator["Standing"]:
        """The facts at one moment. Raises FixInput when counting takes too long, and RetryLater."""
        try:
            async with self._db.transaction() as unit:
                await unit.execute(ONE_MOMENT)
                await unit.execute(IN_TIME)
                yield Standing(unit)
        except asyncpg.QueryCanceledError as error:
            cure = "ask about fewer workspaces, a shorter span of time, or fewer dimensions"
            problem = f"takes longer than {LONGEST.seconds} seconds to count"
            raise FixInput("too-much", "there is too much to count", Complaint("since", problem, cure)) from error
        except asyncpg.InvalidParameterValueError as error:
            complaint = Complaint("time_zone", str(error), "write UTC, or another IANA name")
            raise FixInput("invalid-input", "the database does not know the time zone", complaint) from error


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts at one moment."""

    unit: Transaction

    async def tickets(self, filters: TicketFilters, net: Net) -> AsyncIterator[Sequence[Ticket]]:
        """Every ticket that comes through the filters and the net, without clocks, some at a time."""
        conditions, values = conditions_of(filters)
        where = " AND ".join([*conditions, condition(net, values)])
        sql = f"SELECT *, ticket_id AS id FROM tickets WHERE {where}"  # noqa: S608 - made of constants
        rows: list[Ticket] = []
        async for row in self.unit.stream(sql, values):
            rows.append(_ticket(row))
            if len(rows) == CHUNK:
                yield rows
                rows = []
        yield rows

    async def count(self, question: Question, net: Net, seen: Sequence[UUID] | None) -> Sequence[Counted]:
        """All figures of a question, over tickets that come through the net; of `seen`, if given, over these only.

        Raises FixInput where there are more than MOST_GROUPS groups.
        """
        found: list[Counted] = []
        for measures in _by_source(question.measures):
            for levels in _at_once(question):
                sql, values = statement(question, measures, levels, net, seen)
                rows = await self.unit.all(sql, values)
                if len(rows) > MOST_GROUPS:
                    raise _too_many()
                found += (one for row in rows for one in _counted(question, measures, levels, row))
        return found


def statement(
    question: Question, measures: Sequence[Measure], levels: Sequence[Level], net: Net, seen: Sequence[UUID] | None
) -> tuple[str, dict[str, Any]]:
    """The statement for some measures of one source at some levels, and its values."""
    conditions, values = conditions_of(question.filters)
    values["zone"], values["most"] = question.zone, MOST_GROUPS + 1
    parts = Parts(values)
    where = " AND ".join([*conditions, condition(net, values), *_span(question, measures[0].source, values)])
    shown = [place for place in range(len(question.dimensions)) if any(question.shown_at(one)[place] for one in levels)]
    columns = [f"{group(parts, question.dimensions[place])} AS d{place}" for place in shown]
    columns += [f"{fact(parts, one)} AS v{place}" for place, one in enumerate(measures)]
    names = [f"d{place}" for place in shown]
    if measures[0].source == "money":
        columns.append(f"fields -> {parts.word(measures[0].field)} ->> 'currency' AS currency")
        names.append("currency")
    figures = [f"{figure(one, f'v{place}')} AS m{place}" for place, one in enumerate(measures)]
    sets = [_set(question.shown_at(level), names) for level in levels]
    level = f"GROUPING({', '.join(names)})" if names else "0"
    sql = (
        f"SELECT {', '.join([f'{level} AS level', *names, *figures])} "  # noqa: S608 - made of constants
        f"FROM (SELECT {', '.join(columns)} FROM ({SOURCES[measures[0].source]}) AS facts {_of_seen(seen, values)} "
        f"{' '.join(parts.lists)} WHERE {where}) AS counted GROUP BY GROUPING SETS ({', '.join(sets)}) LIMIT :most"
    )
    return sql, values


def _by_source(measures: Sequence[Measure]) -> Sequence[Sequence[Measure]]:
    """Measures that are counted together: of one source, and of money one field at a time."""
    found: dict[tuple[str, str], list[Measure]] = {}
    for one in measures:
        found.setdefault((one.source, one.field if one.source == "money" else ""), []).append(one)
    return list(found.values())


def _at_once(question: Question) -> Sequence[Sequence[Level]]:
    """Levels that one statement can count: a ticket that is in several groups would count several times in totals."""
    if any(one.several for one in question.dimensions):
        return [[level] for level in question.levels]
    return [question.levels]


def _span(question: Question, source: Source, values: dict[str, Any]) -> list[str]:
    """The bounds of moments. What waits now waits, whenever it began."""
    bounds = {"since": "at >= :since", "until": "at < :until"} if source != "backlog" else {}
    given = {name: sql for name, sql in bounds.items() if getattr(question, name) is not None}
    values |= {name: getattr(question, name) for name in given}
    return list(given.values())


def _of_seen(seen: Sequence[UUID] | None, values: dict[str, Any]) -> str:
    if seen is None:
        return ""
    values["seen"] = list(seen)
    return "JOIN unnest(CAST(:seen AS uuid[])) AS seen (ticket_id) USING (ticket_id)"


def _set(shown: Sequence[bool], names: Sequence[str]) -> str:
    kept = [name for name in names if name == "currency" or shown[int(name[1:])]]
    return f"({', '.join(kept)})"


def _counted(question: Question, measures: Sequence[Measure], levels: Sequence[Level], row: "Row") -> Sequence[Counted]:
    """The figures of one row."""
    level = levels[0] if len(levels) == 1 else _level(question, levels, row)
    key = tuple(row[f"d{place}"] for place, is_shown in enumerate(question.shown_at(level)) if is_shown)
    currency = (row.currency or "?") if measures[0].source == "money" else ""
    return [Counted(level, key, one.name, row[f"m{place}"], currency) for place, one in enumerate(measures)]


def _level(question: Question, levels: Sequence[Level], row: "Row") -> Level:
    """PostgreSQL sets a bit for each name that the row is a total over, the last name's is the lowest."""
    count = len(question.dimensions)
    bits = row.level >> 1 if "currency" in row.keys() else row.level  # noqa: SIM118 - a record is no dictionary
    shown = tuple(not bits >> (count - 1 - place) & 1 for place in range(count))
    return next(level for level in levels if question.shown_at(level) == shown)


def _ticket(row: "Row") -> Ticket:
    """A ticket as scopes look at it. What comes from the table was checked before it came there."""
    found = row._asdict()
    return Ticket.model_construct(**found | {"requester": Person.model_construct(**found["requester"])})


def _too_many() -> FixInput:
    cure = "group by fewer dimensions or by longer buckets, or narrow the filters"
    complaint = Complaint("rows", f"makes more than {MOST_GROUPS} groups", cure)
    return FixInput("too-much", "there are too many groups", complaint)
