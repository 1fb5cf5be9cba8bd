"""The tables of the read models and the one statement that writes a batch to each.

Statements are made from the row types and the constants of this file only. Values travel as one array per column.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, get_args, get_type_hints
from uuid import UUID

from gongdan.api.domain import rows

POSTGRES_TYPES: dict[object, str] = {
    UUID: "uuid",
    str: "text",
    rows.Json: "json",
    int: "bigint",
    float: "float8",
    bool: "boolean",
    datetime: "timestamptz",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the type of its rows, its key, and what makes a row newer than the one that is there.

    Without `newer` the row that is there stays as it is; without a key every row is a new one.
    """

    name: str
    row: type[NamedTuple]
    key: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def upserts(tables: tuple[Table, ...]) -> str:
    """Writes many rows to each of these tables in one round trip."""
    parts = ", ".join(f"{table.name}_written AS ({upsert(table)})" for table in tables)
    return f"WITH {parts} SELECT 1"


def upsert(table: Table, source: str = "") -> str:
    """Writes many rows, given as arrays. `source` goes before them in the list of what is selected from."""
    kinds = get_type_hints(table.row)
    arrays = (f"CAST(:{table.name}_{column} AS {_postgres_type(kinds[column])}[])" for column in table.row._fields)
    parts = (
        f"INSERT INTO {table.name} ({', '.join(table.row._fields)})",
        f"SELECT given.* FROM {source}unnest({', '.join(arrays)}) AS given",  # noqa: S608 - made of constants
        _on_conflict(table),
    )
    return " ".join(parts)


def values_of(table: Table, batch: Collection[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """The arrays of a batch of rows."""
    columns = zip(*batch, strict=True)
    return {f"{table.name}_{name}": list(column) for name, column in zip(table.row._fields, columns, strict=True)}


def _postgres_type(kind: object) -> str:
    """The type of a column, of `T` and of `T | None`."""
    return POSTGRES_TYPES[next(iter(get_args(kind)), kind)]


def _on_conflict(table: Table) -> str:
    if not table.key:
        return ""
    target = f"ON CONFLICT ({', '.join(table.key)})"
    if not table.newer:
        return f"{target} DO NOTHING"
    changed = ", ".join(f"{name} = excluded.{name}" for name in table.row._fields if name not in table.key)
    ours = ", ".join(f"{table.name}.{name}" for name in table.newer)
    theirs = ", ".join(f"excluded.{name}" for name in table.newer)
    return f"{target} DO UPDATE SET {changed} WHERE ({ours}) < ({theirs})"


MESSAGES = Table("messages", rows.MessageRow, key=("message_id",))
OUTCOMES = Table("outcomes", rows.OutcomeRow, key=("message_id",), newer=("decided_at", "event_id"))
TICKETS = Table("tickets", rows.TicketRow, key=("ticket_id",), newer=("version",))
RESOLUTIONS = Table("resolutions", rows.ResolutionRow, key=("ticket_id",), newer=("version",))
FIRST_ANSWERS = Table("first_answers", rows.FirstAnswerRow, key=("ticket_id",), newer=("earliness",))
TIMELINE = Table("timeline", rows.TimelineRow, key=("ticket_id", "recorded_at", "place", "event_id"))
CLOCKS = Table("clocks", rows.ClockRow, key=("ticket_id", "metric", "cycle"), newer=("recorded_at", "rank", "event_id"))
DELIVERIES = Table("deliveries", rows.DeliveryRow, key=("delivery_id",), newer=("recorded_at", "rank", "event_id"))
ATTACHMENTS = Table("attachments", rows.AttachmentRow, key=("sha256", "ticket_id", "visibility"))
CHANGES = Table("changes", rows.ChangeRow)
DEFINITION_VERSIONS = Table(
    "definition_versions", rows.DefinitionVersionRow, key=("kind", "workspace", "name", "version")
)
