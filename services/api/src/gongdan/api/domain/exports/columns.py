"""The columns of an export: what each is called, which field of a ticket it shows, and its value for one ticket.

A form field is the column `fields.x`; one of money makes two, so that amounts can be added up by currency. Fields that
no form has any more are together in `other_fields`, so that nothing is lost.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from gongdan.api.domain.asking import ASK, NO
from gongdan.api.domain.exports.question import MOST_COLUMNS
from gongdan.api.domain.reports.dimensions import FIELD
from gongdan.api.domain.views import Clock, Ticket
from gongdan.shared.access import fields as levels
from gongdan.shared.access.refusal import refused
from gongdan.shared.access.rights import Rights
from gongdan.shared.definitions.form_fields import FieldKind
from gongdan.shared.errors import Complaint, FixInput

Value = Callable[[Ticket, ZoneInfo], JsonValue]
METRICS = ("first_response", "next_response", "resolution")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `field` governs it; None: it is never hidden. `value` of a redacted ticket, times in a zone."""

    name: str
    field: str | None
    value: Value


def columns_of(kinds: Mapping[str, frozenset[FieldKind]]) -> dict[str, Column]:
    """Every column there is by name; `kinds` are the form fields with their kinds."""
    form = (one for name, kind in kinds.items() for one in _of_form(name, kind))
    others = Column("other_fields", None, _without(frozenset(kinds)))
    return {one.name: one for one in (*STANDARD, *form, others)}


def chosen(rights: Rights, known: Mapping[str, Column], wanted: Sequence[str]) -> list[Column]:
    """The columns that are wanted, each once, in that order; if none is named, all that somebody may ever see.

    Raises FixInput for one that is not there, NotPermitted for one that is hidden on every ticket.
    """
    if not wanted:
        return [one for one in known.values() if shown_somewhere(rights, one)][:MOST_COLUMNS]
    unknown = [name for name in wanted if name not in known and not _hides(rights, name)]
    if unknown:
        cure = "see /v1/reports/columns for those there are"
        complaints = [Complaint("columns", f"there is no column {name}", cure) for name in unknown]
        raise FixInput("invalid-input", "there are no such columns", *complaints)
    hidden = [name for name in wanted if name not in known or not shown_somewhere(rights, known[name])]
    if hidden:
        complaints = [Complaint("columns", f"{name} is hidden from you", "leave it out") for name in hidden]
        raise refused(rights, ASK, NO, *complaints, about=", ".join(hidden))
    return [known[name] for name in dict.fromkeys(wanted)]


def shown_somewhere(rights: Rights, column: Column) -> bool:
    """Whether there can be a ticket on which somebody sees this."""
    if column.field is None or rights.who.unlimited:
        return True
    return any(one.fields.of(column.field) > levels.HIDE for one in rights.granted)


def values(columns: Iterable[Column], ticket: Ticket, zone: ZoneInfo) -> list[JsonValue]:
    """One row."""
    return [one.value(ticket, zone) for one in columns]


def _hides(rights: Rights, name: str) -> bool:
    """Whether a form field of this name would be hidden, so that nobody learns whether there is one."""
    field = ".".join(name.split(".")[:2])
    return name.startswith(FIELD) and not shown_somewhere(rights, Column(name, field, _nothing))


def _nothing(_: Ticket, __: ZoneInfo) -> JsonValue:
    return None


def _of_form(name: str, kinds: frozenset[FieldKind]) -> Iterable[Column]:
    if kinds != {"money"}:
        yield Column(FIELD + name, FIELD + name, lambda ticket, _: ticket.fields.get(name))
        return
    for part in ("amount", "currency"):
        yield Column(f"{FIELD}{name}.{part}", FIELD + name, _part(name, part))


def _part(name: str, part: str) -> Value:
    def value(ticket: Ticket, _: ZoneInfo) -> JsonValue:
        found = ticket.fields.get(name)
        return found.get(part) if isinstance(found, dict) else None

    return value


def _without(names: frozenset[str]) -> Value:
    def value(ticket: Ticket, _: ZoneInfo) -> JsonValue:
        return {name: value for name, value in ticket.fields.items() if name not in names} or None

    return value


def _attribute(name: str) -> Column:
    def value(ticket: Ticket, _: ZoneInfo) -> JsonValue:
        found: JsonValue = getattr(ticket, name)
        return found

    return Column(name, _field_of(name), value)


def _requester(part: str) -> Column:
    def value(ticket: Ticket, _: ZoneInfo) -> JsonValue:
        found: JsonValue = getattr(ticket.requester, part) if ticket.requester else None
        return found

    return Column(f"requester.{part}", "requester", value)


def _moment(name: str) -> Column:
    def value(ticket: Ticket, zone: ZoneInfo) -> JsonValue:
        return _written(getattr(ticket, name), zone)

    return Column(name, _field_of(name), value)


def _clock(metric: str, part: str, of: Callable[[Clock, ZoneInfo], JsonValue]) -> Column:
    def value(ticket: Ticket, zone: ZoneInfo) -> JsonValue:
        found = next((one for one in ticket.clocks if one.metric == metric), None)
        return of(found, zone) if found else None

    return Column(f"sla.{metric}.{part}", "clocks", value)


def _clocks(metric: str) -> tuple[Column, ...]:
    return (
        _clock(metric, "state", lambda clock, _: clock.state),
        _clock(metric, "due_at", lambda clock, zone: _written(clock.due_at, zone)),
        _clock(metric, "elapsed_seconds", lambda clock, _: clock.elapsed_seconds),
        _clock(metric, "late", lambda clock, _: clock.late),
    )


def _field_of(attribute: str) -> str | None:
    return levels.ATTRIBUTES.get(attribute, (None, None))[0]


def _written(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


STANDARD: tuple[Column, ...] = (
    *map(_attribute, ("number", "workspace", "channel", "subject", "status", "status_category", "priority")),
    *map(_attribute, ("category", "team", "assignee", "form", "tier", "follow_up_of")),
    *map(_requester, ("name", "email", "phone", "id")),
    _attribute("tags"),
    *map(_moment, ("created_at", "updated_at", "snoozed_until")),
    *(column for metric in METRICS for column in _clocks(metric)),
)
