"""What statements about facts are made of: sources, groups, facts and figures as SQL.

A fragment is made of constants; names of form fields and SLA metrics are parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gongdan.api.domain.reports.dimensions import Bucket, Dimension
from gongdan.api.domain.reports.measures import How, Measure, Source

LONGEST_VALUE = 200
# Where the facts of a measure come from, and the moment `at` that each belongs to.
SOURCES: Mapping[Source, str] = {
    "tickets": "SELECT *, created_at AS at FROM tickets",
    "money": "SELECT *, created_at AS at FROM tickets",
    "backlog": "SELECT *, created_at AS at FROM tickets WHERE status_category NOT IN ('resolved', 'closed')",
    "resolved": "SELECT t.*, r.resolved_at AS at, r.resolved_at - t.created_at AS took "
    "FROM tickets t JOIN resolutions r USING (ticket_id) "
    "WHERE r.resolved_at IS NOT NULL AND t.status_category IN ('resolved', 'closed')",
    "answered": "SELECT *, answered_at AS at, answered_at - created_at AS took "
    "FROM tickets JOIN first_answers USING (ticket_id)",
    "clocks": "SELECT t.*, c.metric, c.state = 'met' AND NOT coalesce(c.late, false) AS hit, "
    "CASE WHEN c.state = 'met' THEN c.recorded_at ELSE coalesce(c.due_at, c.recorded_at) END AS at "
    "FROM tickets t JOIN clocks c USING (ticket_id) WHERE c.state IN ('met', 'breached')",
}
BUCKETS: Mapping[Bucket, str] = {
    "hour": "HH24",
    "weekday": "ID",
    "day": "YYYY-MM-DD",
    "week": 'IYYY-"W"IW',
    "month": "YYYY-MM",
    "quarter": 'YYYY-"Q"Q',
    "year": "YYYY",
}
STATISTICS: Mapping[How, str] = {
    "sum": "sum({0})",
    "average": "avg({0})",
    "median": "percentile_cont(0.5) WITHIN GROUP (ORDER BY CAST({0} AS float8))",
    "smallest": "min({0})",
    "greatest": "max({0})",
    "share": "avg({0})",
}


@dataclass(slots=True)
class Parts:
    """What a statement gathers while it is made: values, and the lists that put a ticket into several groups."""

    values: dict[str, Any]
    lists: list[str] = field(default_factory=list)

    def word(self, value: str) -> str:
        """A parameter that holds a text."""
        name = f"word_{len(self.values)}"
        self.values[name] = value
        return f"CAST(:{name} AS text)"

    def each(self, listed: str) -> str:
        """Every part of a list once; a ticket whose list is empty stays, without a value."""
        name = f"part_{len(self.lists)}"
        values = f"SELECT DISTINCT left(one, {LONGEST_VALUE}) AS value FROM json_array_elements_text({listed}) AS one"  # noqa: S608 - made of constants
        self.lists.append(f"LEFT JOIN LATERAL ({values}) AS {name} ON true")
        return f"{name}.value"


def group(parts: Parts, one: Dimension) -> str:
    """What a ticket's value of a dimension is, as text."""
    match one.kind:
        case "attribute":
            return one.name
        case "requester":
            return "nullif(substring(requester_key FROM position(':' IN requester_key) + 1), '')"
        case "organisation":
            return "CASE WHEN requester_key LIKE 'email:%@%' THEN lower(substring(requester_key FROM '@([^@]*)$')) END"
        case "bucket":
            return _bucket("at AT TIME ZONE :zone", one)
        case "tag":
            return parts.each("tags")
        case _:
            return _of_form(parts, one)


def fact(parts: Parts, one: Measure) -> str:
    """What is measured of one fact; null where there is nothing to measure."""
    match one.how:
        case "count":
            return "1"
        case "missed":
            return "CASE WHEN NOT hit THEN ticket_id END"
        case "share":
            share = "CASE WHEN hit THEN 1.0 ELSE 0.0 END"
            return f"CASE WHEN metric = {parts.word(one.metric)} THEN {share} END" if one.metric else share
    if one.source in {"resolved", "answered"}:
        return "greatest(extract(epoch FROM took), 0)"
    value = f"fields -> {parts.word(one.field)}" + (" -> 'amount'" if one.source == "money" else "")
    return f"CASE WHEN json_typeof({value}) = 'number' THEN CAST(CAST({value} AS text) AS numeric) END"


def figure(one: Measure, value: str) -> str:
    """A figure over the facts of a group."""
    match one.how:
        case "count":
            return "count(*)"
        case "missed":
            return f"count(DISTINCT {value})"
    return f"CAST({STATISTICS[one.how].format(value)} AS float8)"


def _of_form(parts: Parts, one: Dimension) -> str:
    name = parts.word(one.field)
    value, text = f"fields -> {name}", f"left(fields ->> {name}, {LONGEST_VALUE})"
    match one.kind:
        case "choices":
            return parts.each(f"CASE WHEN json_typeof({value}) = 'array' THEN {value} END")
        case "currency":
            return f"left({value} ->> 'currency', {LONGEST_VALUE})"
        case "date":
            return f"CASE WHEN pg_input_is_valid({text}, 'date') THEN {_bucket(f'CAST({text} AS date)', one)} END"
        case "moment":
            moment = f"CAST({text} AS timestamptz) AT TIME ZONE :zone"
            return f"CASE WHEN pg_input_is_valid({text}, 'timestamptz') THEN {_bucket(moment, one)} END"
    return f"nullif({text}, '')"


def _bucket(moment: str, one: Dimension) -> str:
    return f"to_char({moment}, '{BUCKETS[one.bucket]}')"
