"""Events as lines of JSON, `{key, type, headers, payload}`: how one program hands a log to another through a pipe."""

import orjson

from gongdan.shared.contracts.envelope import from_headers
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.db.outbox import headers_from_json
from gongdan.shared.errors import FixInput


def line_of(key: str, kind: str, headers: str, payload: str) -> bytes:
    """A line, with its end, from an event as it is stored; `headers` and `payload` are JSON already."""
    return b'{"key":%s,"type":%s,"headers":%s,"payload":%s}\n' % (
        orjson.dumps(key),
        orjson.dumps(kind),
        headers.encode(),
        payload.encode(),
    )


def read_line(line: bytes) -> Event | None:
    """The event of a line; None for a type that a newer writer has added. Raises FixInput for anything else."""
    try:
        found = orjson.loads(line)
        envelope = from_headers(headers_from_json(found["headers"]))
        data = read_payload(found["type"], orjson.dumps(found["payload"]))
        return None if data is None else Event(envelope, data, found["key"])
    except (KeyError, TypeError, ValueError) as error:
        raise FixInput("unreadable-line", f"a line is no event: {error}") from error
