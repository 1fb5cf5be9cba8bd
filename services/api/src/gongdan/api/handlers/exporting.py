"""Tickets as a file: those that somebody may see, and on which they have the action Export, redacted as in the list.

It is written page by page, so that it needs the memory of a page and no connection while its reader is slow. Every
ticket that is there when it begins, and fits all the time, is in it exactly once: it is ordered by what never changes.
One that changes meanwhile is in it as it was before or after. An export that cannot be finished breaks the connection
off, so that nobody takes a part for the whole. What was asked for is in the audit before the first byte leaves.
Limits: MOST_ROWS tickets; more are refused before it begins.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from gongdan.api.domain import asking
from gongdan.api.domain.exports.columns import Column, chosen, columns_of, shown_somewhere, values
from gongdan.api.domain.exports.question import ExportQuery
from gongdan.api.domain.exports.texts import BOM, csv_lines, json_lines
from gongdan.api.domain.queries import TicketFilters, TicketQuery, cursor_after
from gongdan.api.domain.reports.fields import all_kinds
from gongdan.api.domain.reports.periods import zone_of
from gongdan.api.domain.views import Ticket
from gongdan.api.handlers.places import Places
from gongdan.api.ports import Audit, Definitions, Tickets
from gongdan.shared.access.chain import Entry
from gongdan.shared.access.nets import Net
from gongdan.shared.access.reach import reach, within
from gongdan.shared.access.refusal import need
from gongdan.shared.access.rights import Rights, redact
from gongdan.shared.clock import Clock
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

ACTION = "Export"
MOST_ROWS = 1_000_000
PAGE = 500
AT_ONCE = 4
PATIENCE = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Export:
    """What is exported: which tickets, in which columns, times in which zone."""

    query: ExportQuery
    columns: Sequence[Column]
    zone: ZoneInfo

    def head(self) -> bytes:
        """What comes before the first row."""
        if self.query.format == "ndjson":
            return b""
        return (BOM.encode() if self.query.bom else b"") + csv_lines([[one.name for one in self.columns]])

    def lines(self, tickets: Iterable[Ticket]) -> bytes:
        """The rows of some tickets, already redacted."""
        rows = (values(self.columns, ticket, self.zone) for ticket in tickets)
        return csv_lines(rows) if self.query.format == "csv" else json_lines([one.name for one in self.columns], rows)


@dataclass(frozen=True, slots=True)
class Exporting:
    """Writes files of tickets. Raises NotAllowed, FixInput, SlowDown, and RetryLater on passing faults."""

    tickets: Tickets
    definitions: Definitions
    audit: Audit
    clock: Clock
    places: Places = field(default_factory=lambda: Places("exports", AT_ONCE, PATIENCE))

    def columns(self, rights: Rights, workspaces: Sequence[str]) -> list[str]:
        """The names of all columns that somebody may ask for."""
        need(rights, ACTION)
        return [one.name for one in self._known(workspaces).values() if shown_somewhere(rights, one)]

    async def begin(self, rights: Rights, query: ExportQuery) -> AsyncIterator[bytes]:
        """The file, a page at a time; what can be said against it is raised before."""
        need(rights, ACTION)
        asking.allow(rights, query)
        export = self._export(rights, query)
        await self.places.take()
        try:
            rows = await self._rows(rights, export.query)
            await self.audit.record(self._entry(rights, export, rows))
        except BaseException:
            self.places.give_back()
            raise
        pages = self._written(rights, export)
        return _after(await anext(pages), pages)

    def _export(self, rights: Rights, query: ExportQuery) -> Export:
        columns = chosen(rights, self._known(query.workspace), query.columns)
        now = self.clock.now()
        # What comes to be from here on is not waited for, or an export could go on for ever.
        until = min(query.created_until or now, now)
        zone = query.time_zone or zone_of(self.definitions.current, query.workspace)
        return Export(query.model_copy(update={"created_until": until}), columns, ZoneInfo(zone))

    async def _written(self, rights: Rights, export: Export) -> AsyncIterator[bytes]:
        """Gives its place back when it ends, however it ends."""
        net, written = reach(rights, ACTION).net, export.head()
        try:
            async for page in self._pages(export.query, net):
                shown = (redact(rights, ticket) for ticket in page if within(rights, ACTION, ticket))
                yield written + export.lines(filter(None, shown))
                written = b""
        finally:
            self.places.give_back()

    async def _pages(self, query: ExportQuery, net: Net) -> AsyncIterator[Sequence[Ticket]]:
        filters = {name: getattr(query, name) for name in TicketFilters.model_fields}
        page = TicketQuery.model_construct(**filters, sort=query.sort, limit=PAGE)
        cursor = None
        while True:
            rows = await self.tickets.some(page, net, cursor)
            yield rows[:PAGE]
            if len(rows) <= PAGE:
                return
            cursor = cursor_after(page, rows[PAGE - 1])

    async def _rows(self, rights: Rights, query: ExportQuery) -> int:
        """How many tickets there are at most."""
        rows = await self.tickets.count(query, reach(rights, ACTION).net, MOST_ROWS + 1)
        if rows > MOST_ROWS:
            cure = "export a part at a time, with created_since and created_until"
            complaint = Complaint("created_since", f"there are more than {MOST_ROWS} tickets", cure)
            raise FixInput("too-much", "there is too much to export", complaint)
        return rows

    def _known(self, workspaces: Sequence[str]) -> Mapping[str, Column]:
        return columns_of(all_kinds(self.definitions.current, workspaces))

    def _entry(self, rights: Rights, export: Export, rows: int) -> Entry:
        asked = export.query.model_dump(mode="json", exclude_defaults=True, exclude={"columns", "format", "bom"})
        detail = {
            "format": export.query.format,
            "columns": " ".join(one.name for one in export.columns),
            "filters": dumps(asked).decode(),
            "rows": f"at most {rows}",
        }
        if rights.by:
            detail["by"] = rights.by
        return Entry(self.clock.now(), str(rights.who.actor), "exported", "tickets", detail)


async def _after(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What was there already, then the rest."""
    yield first
    async for one in rest:
        yield one
