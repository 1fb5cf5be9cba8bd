"""What is exported, and in which form."""

from typing import Annotated, Literal

from pydantic import Field

from gongdan.api.domain.queries import TicketFilters
from gongdan.shared.definitions.vocabulary import Timezone

MOST_COLUMNS = 200
Format = Literal["csv", "ndjson"]
# What never changes about a ticket: by anything else, tickets would move past the place that an export has reached.
Order = Literal["created_at", "-created_at", "number", "-number"]


class ExportQuery(TicketFilters):
    """All tickets that fit all filters, as a file. `sort` descends with a minus.

    `columns` are those of GET /v1/reports/columns; left out, all of them. Times are written in `time_zone`; left out,
    it is that of the one workspace that is asked about, else UTC. `bom`: begin a CSV with the mark by which Excel knows
    that it is UTF-8. In a CSV, a text that a spreadsheet would take for a formula begins with an apostrophe; NDJSON has
    every value as it is.
    """

    format: Format = "csv"
    columns: Annotated[list[Annotated[str, Field(min_length=1, max_length=80)]], Field(max_length=MOST_COLUMNS)] = []
    sort: Order = "created_at"
    time_zone: Timezone | None = None
    bom: bool = False
