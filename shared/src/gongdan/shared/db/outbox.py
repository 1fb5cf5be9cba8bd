"""The outbox: events written in the transaction that makes them true, published afterwards by the relay.

Rows stay after publishing (see `PruneLoop`), so that a lost log can be written again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from gongdan.shared.contracts.envelope import Headers, to_attributes
from gongdan.shared.contracts.registry import Event
from gongdan.shared.json import dumps

INSERT = text(
    """
    INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
    SELECT id, topic, key, type, payload, headers
    FROM unnest(CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:types AS text[]),
                CAST(:payloads AS bytea[]), CAST(:headers AS jsonb[]))
         WITH ORDINALITY AS given (id, topic, key, type, payload, headers, nth)
    ORDER BY nth
    """
)


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A record to be published: `payload` None is a tombstone, `headers` a JSON list of pairs of texts."""

    id: UUID
    topic: str
    key: str
    type: str
    payload: bytes | None
    headers: str


def row_of(event: Event) -> OutboxRow:
    """The outbox row of an event."""
    envelope = event.envelope
    payload = event.data.model_dump_json().encode()
    headers = dumps(to_attributes(envelope)).decode()
    return OutboxRow(envelope.id, event.topic, event.key, envelope.type, payload, headers)


def headers_to_json(headers: Headers) -> str:
    """Headers as a JSON list of pairs. Header values are UTF-8 text."""
    return dumps([[name, value.decode()] for name, value in headers]).decode()


def headers_from_json(pairs: Sequence[Sequence[str]]) -> Headers:
    """The inverse of `headers_to_json`, after JSON was read."""
    return [(name, value.encode()) for name, value in pairs]


async def insert(conn: AsyncConnection, rows: Sequence[OutboxRow]) -> None:
    """Write rows in their order, in one statement."""
    if not rows:
        return
    values: dict[str, list[Any]] = {
        "ids": [row.id for row in rows],
        "topics": [row.topic for row in rows],
        "keys": [row.key for row in rows],
        "types": [row.type for row in rows],
        "payloads": [row.payload for row in rows],
        "headers": [row.headers for row in rows],
    }
    await conn.execute(INSERT, values)
