"""A question for a table of figures: as callers write it, and as it is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from gongdan.api.domain.queries import TicketFilters
from gongdan.api.domain.reports.dimensions import FIELD, Bucket, Dimension, dimension, field_of
from gongdan.api.domain.reports.measures import KNOWN, Measure, measure, statistic_of
from gongdan.shared.definitions.form_fields import FieldKind
from gongdan.shared.definitions.vocabulary import Timezone

MOST_MEASURES = 20
Word = Annotated[str, Field(min_length=1, max_length=140)]
Words = Annotated[list[Word], Field(max_length=5)]
Level = tuple[bool, bool]
# Which of rows and columns a figure is split by: cells, totals of rows, totals of columns, all together.
LEVELS: tuple[Level, ...] = ((True, True), (True, False), (False, True), (False, False))


class PivotQuery(TicketFilters):
    """Figures about the tickets that fit all filters, in rows and columns.

    `rows` and `columns` are what tickets are grouped by, `measures` what is told of each group. Only moments from
    `since` on and before `until` count, each measure by the moment that it belongs to. Days begin and end in
    `time_zone`; left out, it is that of the one workspace that is asked about, else UTC.
    """

    rows: Words = []
    columns: Words = []
    measures: Annotated[list[Word], Field(min_length=1, max_length=MOST_MEASURES)] = ["created"]
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    time_zone: Timezone | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with every word understood. `totals`: whether figures of whole rows and columns are wanted."""

    filters: TicketFilters
    rows: tuple[Dimension, ...]
    columns: tuple[Dimension, ...]
    measures: tuple[Measure, ...]
    zone: str
    since: datetime | None = None
    until: datetime | None = None
    totals: bool = True

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Everything that is grouped by, rows first."""
        return (*self.rows, *self.columns)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The ways in which figures are split, each once: without columns, cells are totals of rows."""
        wanted = LEVELS if self.totals else LEVELS[:1]
        return tuple(dict.fromkeys((row and bool(self.rows), column and bool(self.columns)) for row, column in wanted))

    def shown_at(self, level: Level) -> tuple[bool, ...]:
        """Of each dimension, whether figures of this level are split by it."""
        return (level[0],) * len(self.rows) + (level[1],) * len(self.columns)

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """The buckets of time that are shown."""
        return tuple(one.bucket for one in self.dimensions if one.kind == "bucket")


def understood(query: PivotQuery, fields: Mapping[str, FieldKind], zone: str, *, totals: bool = True) -> Question:
    """The question behind a query. `fields` are the form fields it may name. Raises FixInput."""
    return Question(
        filters=query,
        rows=tuple(dimension(name, fields, "rows") for name in dict.fromkeys(query.rows)),
        columns=tuple(dimension(name, fields, "columns") for name in dict.fromkeys(query.columns)),
        measures=tuple(measure(name, fields, "measures") for name in dict.fromkeys(query.measures)),
        zone=zone,
        since=query.since,
        until=query.until,
        totals=totals,
    )


def named_fields(query: PivotQuery) -> dict[str, str]:
    """The words of a query that name a form field, each with that field, whether there is one or not."""
    named = {f"{part}.{name}": name for part in ("rows", "columns") for name in getattr(query, part)}
    found = {word: FIELD + field_of(name) for word, name in named.items() if name.startswith(FIELD)}
    measured = {name: statistic_of(name)[1] for name in query.measures if name not in KNOWN}
    return found | {f"measures.{name}": FIELD + field for name, field in measured.items() if field}


def asks_about(question: Question) -> dict[str, str]:
    """The words of a question that ask about a field of a ticket, each with that field."""
    named = (*(("rows", one) for one in question.rows), *(("columns", one) for one in question.columns))
    asked = {f"{part}.{one.name}": one.hidden_with for part, one in named}
    asked |= {f"measures.{one.name}": one.hidden_with for one in question.measures}
    return {part: field for part, field in asked.items() if field}
