"""What callers see of reports. Shares are from 0 to 1, spans in seconds, money by its currency."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from gongdan.api.domain.views import Ticket, View

Figure = int | float | dict[str, float] | None
Figures = dict[str, Figure]


class Cell(View):
    """The figures of one group. `row` and `column` are its values of the dimensions, None where a ticket has none."""

    row: list[str | None] = []
    column: list[str | None] = []
    values: Figures


class Axis(View):
    """A dimension and all of its values, in order. Between `since` and `until` every bucket of time is there."""

    name: str
    values: list[str | None]


class LeftOut(View):
    """A measure that could not be told, and why."""

    name: str
    problem: str
    cure: str


class PivotView(View):
    """Figures in rows and columns. A group without any figure has no cell.

    Totals are measured over the tickets of a whole row or column, and are no sums of cells: a ticket with two tags is
    in two cells and counts once, and a median of medians would be none. Rows and columns have totals where there are
    both. `since` and `until` bound the moments that count, None where there is no bound.
    """

    rows: list[Axis]
    columns: list[Axis]
    measures: list[str]
    time_zone: str
    since: datetime | None
    until: datetime | None
    cells: list[Cell]
    row_totals: list[Cell] | None
    column_totals: list[Cell] | None
    total: Figures | None
    left_out: list[LeftOut] = []


class Trouble(View):
    """Why a card shows nothing."""

    title: str
    errors: list[dict[str, str]]


class Tile(View):
    """A card of a dashboard with what it shows: a table, tickets, a text, or why it shows nothing.

    `card` is the card as it is defined. Of a number or gauge, the figure is the total of its table.
    """

    id: str
    card: dict[str, JsonValue]
    table: PivotView | None = None
    tickets: list[Ticket] | None = None
    trouble: Trouble | None = None


class DashboardView(View):
    """A dashboard as one may see it, all cards at one moment. `refresh_seconds`: when to ask again."""

    name: str
    workspace: str | None
    title: JsonValue
    version: int
    refresh_seconds: float
    at: datetime
    tiles: list[Tile]


class ReportView(View):
    """A report as one may see it: a table or a dashboard."""

    name: str
    workspace: str | None
    title: JsonValue
    version: int
    at: datetime
    table: PivotView | None = None
    dashboard: DashboardView | None = None


def figures(names: Mapping[str, str], values: Mapping[str, Figure]) -> Figures:
    """Figures in the order of `names`; a count of nothing is 0, everything else of nothing is None."""
    return {name: values.get(name, 0 if how in {"count", "missed"} else None) for name, how in names.items()}
