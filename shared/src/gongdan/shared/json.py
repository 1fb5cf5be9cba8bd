"""JSON in and out: fast, UTF-8, refusing what JSON cannot say."""

from typing import Any
from uuid import UUID

import orjson

from gongdan.shared.errors import Complaint, FixInput


def dumps(value: object) -> bytes:
    """JSON bytes of plain data, datetimes and UUIDs included."""
    return orjson.dumps(value, default=_other, option=orjson.OPT_NON_STR_KEYS)


def _other(value: object) -> str:
    # Those that come from PostgreSQL are of asyncpg's own subclass.
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def loads_object(body: bytes, what: str = "body") -> dict[str, Any]:
    """A JSON object. Raises FixInput (400) naming the position when it is not one."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise FixInput(
            "invalid-json",
            "the request is not JSON",
            Complaint(what, str(error), "send one JSON object"),
            status=400,
        ) from error
    if not isinstance(value, dict):
        found = type(value).__name__
        raise FixInput(
            "invalid-json",
            "the request is not a JSON object",
            Complaint(what, f"is a {found}", "send one JSON object"),
        )
    return value
