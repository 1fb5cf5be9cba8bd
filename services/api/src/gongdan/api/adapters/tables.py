"""The tables of the read models and the one statement that writes a batch to each.

Statements are made from constants of this file only. Values travel as one array per column.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from gongdan.api.domain import rows


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the type of its rows, the PostgreSQL type of each column, its key, and what makes a row newer.

    Without `newer` a row that is there stays as it is.
    """

    name: str
    row: type[NamedTuple]
    types: tuple[str, ...]
    key: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the row."""
        return self.row._fields

    @property
    def upsert(self) -> str:
        """Writes many rows, given as arrays named like the columns."""
        arrays = (f"CAST(:{name} AS {kind}[])" for name, kind in zip(self.columns, self.types, strict=True))
        parts = (
            f"INSERT INTO {self.name} ({', '.join(self.columns)})",
            f"SELECT * FROM unnest({', '.join(arrays)})",  # noqa: S608 - made of constants
            self._on_conflict(),
        )
        return " ".join(parts)

    def _on_conflict(self) -> str:
        if not self.key:
            return ""
        if not self.newer:
            return f"ON CONFLICT ({', '.join(self.key)}) DO NOTHING"
        changed = ", ".join(f"{name} = excluded.{name}" for name in self.columns if name not in self.key)
        ours = ", ".join(f"{self.name}.{name}" for name in self.newer)
        theirs = ", ".join(f"excluded.{name}" for name in self.newer)
        return f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changed} WHERE ({ours}) < ({theirs})"


def values_of(table: Table, batch: Collection[tuple[Any, ...]]) -> Mapping[str, list[Any]]:
    """The arrays of a batch of rows."""
    return {name: list(column) for name, column in zip(table.columns, zip(*batch, strict=True), strict=True)}


MESSAGES = Table(
    "messages",
    rows.MessageRow,
    ("uuid", *("text",) * 7, "timestamptz", "timestamptz"),
    key=("message_id",),
)
OUTCOMES = Table(
    "outcomes",
    rows.OutcomeRow,
    ("uuid", "uuid", "text", "uuid", "text", "int", *("text",) * 5, "timestamptz"),
    key=("message_id",),
    newer=("decided_at", "event_id"),
)
TICKETS = Table(
    "tickets",
    rows.TicketRow,
    (
        *("uuid", "text", "bigint", "int"),
        *("text",) * 6,
        "smallint",
        *("text",) * 4,
        *("json", "text", "json", "json", "timestamptz", "timestamptz"),
    ),
    key=("ticket_id",),
    newer=("version",),
)
TIMELINE = Table(
    "timeline",
    rows.TimelineRow,
    (
        *("uuid", "uuid", "text", "text", "timestamptz", "timestamptz", "int", "int", "text"),
        *("uuid", "uuid", "json", "text", "json"),
    ),
    key=("ticket_id", "recorded_at", "place", "event_id"),
)
CLOCKS = Table(
    "clocks",
    rows.ClockRow,
    (
        *("uuid", "text", "int", "text", "text", "int", "float8", "float8"),
        *("timestamptz", "boolean", "timestamptz", "smallint", "uuid"),
    ),
    key=("ticket_id", "metric", "cycle"),
    newer=("recorded_at", "rank", "event_id"),
)
DELIVERIES = Table(
    "deliveries",
    rows.DeliveryRow,
    (
        *("uuid", "uuid", "uuid", "text", "text", "text", "uuid", "text", "text", "int", "text"),
        *("timestamptz", "timestamptz", "smallint", "uuid"),
    ),
    key=("delivery_id",),
    newer=("recorded_at", "rank", "event_id"),
)
CHANGES = Table("changes", rows.ChangeRow, ("text", "text", "int"))
