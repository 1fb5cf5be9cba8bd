"""Reports and dashboards as definitions have them, answered for whoever opens them.

All figures of a dashboard are of one moment. A card that cannot be answered says why and leaves the others alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue

from gongdan.api.domain.queries import TicketFilters, TicketQuery
from gongdan.api.domain.reports.boards import base_of, opened, pivot_of, pivot_query, told
from gongdan.api.domain.reports.filters import filters_of
from gongdan.api.domain.reports.periods import zone_of
from gongdan.api.domain.reports.views import DashboardView, PivotView, ReportView, Tile, Trouble
from gongdan.api.handlers.reading import Reading
from gongdan.api.handlers.reporting import ACTION, Reporting, seen_by
from gongdan.api.ports import Standing
from gongdan.shared.access.refusal import need
from gongdan.shared.access.rights import Rights
from gongdan.shared.definitions.cards import Pivot
from gongdan.shared.definitions.dashboard import Card, Dashboard
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.report import Report
from gongdan.shared.errors import Complaint, FixInput

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Sitting:
    """Somebody looks at what a workspace's definition shows (None: one that all share), at one moment."""

    rights: Rights
    workspace: str | None
    now: datetime
    standing: Standing
    seen: Sequence[UUID] | None


@dataclass(frozen=True, slots=True)
class Boards:
    """Raises NotAllowed, FixInput, SlowDown, and RetryLater on passing faults."""

    reporting: Reporting
    reading: Reading

    async def report(self, rights: Rights, name: str, workspace: str | None) -> ReportView:
        """What a report shows."""
        need(rights, ACTION)
        item, spec = opened(self.reporting.definitions.current, Report, name, workspace, rights)
        if spec.dashboard is not None:
            shown = await self.dashboard(rights, spec.dashboard, item.workspace)
            return _report(item, shown.at, dashboard=shown)
        assert spec.pivot is not None  # noqa: S101 - a report is one or the other
        now = self.reporting.clock.now()
        async with self.reporting.places.one(), self.reporting.facts.standing() as standing:
            seen = await seen_by(rights, standing, base_of(item.workspace))
            table = await self._table(Sitting(rights, item.workspace, now, standing, seen), spec.pivot)
        return _report(item, now, table=table)

    async def dashboard(self, rights: Rights, name: str, workspace: str | None) -> DashboardView:
        """What a dashboard shows, card by card."""
        need(rights, ACTION)
        item, spec = opened(self.reporting.definitions.current, Dashboard, name, workspace, rights)
        now = self.reporting.clock.now()
        async with self.reporting.places.one(), self.reporting.facts.standing() as standing:
            seen = await seen_by(rights, standing, base_of(item.workspace))
            sitting = Sitting(rights, item.workspace, now, standing, seen)
            tiles = [await self._tile(sitting, card) for card in spec.cards]
        return DashboardView(
            name=item.name,
            workspace=item.workspace,
            title=_title(item),
            version=item.version,
            refresh_seconds=spec.refresh.total_seconds(),
            at=now,
            tiles=[
                await self._with_tickets(rights, item.workspace, tile, card)
                for tile, card in zip(tiles, spec.cards, strict=True)
            ],
        )

    async def _tile(self, sitting: Sitting, card: Card) -> Tile:
        tile = Tile(id=card.id, card=card.model_dump(mode="json", exclude_none=True))
        if card.kind in {"text", "list"}:
            return tile
        try:
            pivot = self._reported(sitting, card.report) if card.report else pivot_of(card)
            return tile.model_copy(update={"table": await self._table(sitting, pivot)})
        except FixInput as error:
            return _troubled(tile, error)

    def _reported(self, sitting: Sitting, name: str) -> Pivot:
        """The table that a report shows. Raises FixInput for one that shows a dashboard, which no card has room for."""
        catalog = self.reporting.definitions.current
        _, spec = opened(catalog, Report, name, sitting.workspace, sitting.rights)
        if spec.pivot is None:
            complaint = Complaint("report", f"{name} shows a dashboard", f"open the dashboard {spec.dashboard} itself")
            raise FixInput("invalid-input", "a card shows tables only", complaint)
        return spec.pivot

    async def _table(self, sitting: Sitting, pivot: Pivot) -> PivotView:
        zone = zone_of(self.reporting.definitions.current, base_of(sitting.workspace).workspace)
        query = pivot_query(pivot, sitting.workspace, zone, sitting.now)
        names, left_out = told(sitting.rights, query.measures, self.reporting.kinds(query))
        asked = query.model_copy(update={"measures": names})
        question = self.reporting.question(sitting.rights, asked, totals=pivot.totals)
        table = await self.reporting.answer(sitting.rights, sitting.standing, question, sitting.seen)
        return table.model_copy(update={"left_out": left_out})

    async def _with_tickets(self, rights: Rights, workspace: str | None, tile: Tile, card: Card) -> Tile:
        """A card of kind list with the newest of its tickets."""
        if card.kind != "list":
            return tile
        try:
            filters = filters_of(card.filter, workspace)
            given = {name: getattr(filters, name) for name in TicketFilters.model_fields}
            page = await self.reading.page(rights, TicketQuery(**given, limit=MOST_LISTED))
        except FixInput as error:
            return _troubled(tile, error)
        return tile.model_copy(update={"tickets": page.items})


def _troubled(tile: Tile, error: FixInput) -> Tile:
    errors = [{"field": one.field, "detail": one.problem, "cure": one.cure} for one in error.complaints]
    return tile.model_copy(update={"trouble": Trouble(title=error.title, errors=errors)})


def _report(
    item: Definition, at: datetime, *, table: PivotView | None = None, dashboard: DashboardView | None = None
) -> ReportView:
    return ReportView(
        name=item.name,
        workspace=item.workspace,
        title=_title(item),
        version=item.version,
        at=at,
        table=table,
        dashboard=dashboard,
    )


def _title(item: Definition) -> JsonValue:
    title: JsonValue = item.document["metadata"].get("title")
    return title
