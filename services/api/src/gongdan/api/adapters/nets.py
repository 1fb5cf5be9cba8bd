"""Nets as conditions of SQL: fragments from a table, values as parameters."""

from typing import Any

from gongdan.shared.access.nets import All, AnyOf, FromDomain, Net, OneOf

COLUMNS = frozenset(
    {
        "workspace",
        "channel",
        "status",
        "status_category",
        "priority",
        "category",
        "team",
        "assignee",
        "form",
        "tier",
        "requester_key",
    }
)


def condition(net: Net, values: dict[str, Any]) -> str:
    """The condition for a net; its values are added to `values`."""
    match net:
        case AnyOf(column, wanted):
            if column not in COLUMNS:
                raise ValueError(f"tickets have no column {column!r}")
            return f"{column} = ANY(CAST(:{_named(values, list(wanted))} AS text[]))"
        case FromDomain(domain):
            return f"requester_key LIKE :{_named(values, f'email:%@{_literally(domain)}')}"
        case All(parts):
            return f"({' AND '.join(condition(part, values) for part in parts)})" if parts else "true"
        case OneOf(parts):
            return f"({' OR '.join(condition(part, values) for part in parts)})" if parts else "false"


def _named(values: dict[str, Any], value: object) -> str:
    name = f"net_{len(values)}"
    values[name] = value
    return name


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
