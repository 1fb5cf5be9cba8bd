"""The inbox: each event takes effect once. Ids for unordered topics, positions per key for ordered ones.

Both are written in the transaction of the effect, so a crash in between leaves neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gongdan.shared.bus.records import RELEASED_HEADER, Arrived, Record, keys_of, read
from gongdan.shared.contracts.topics import TOPICS
from gongdan.shared.db.outbox import headers_from_json, headers_to_json
from gongdan.shared.db.sequence import in_sequence
from gongdan.shared.db.session import Transaction

ORDERED = frozenset(spec.topic.value for spec in TOPICS.values() if spec.ordered)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What of a batch is to be handled now, in order; how much was seen before; how much must wait."""

    events: tuple[Arrived, ...]
    duplicates: int
    early: int


async def admit(unit: Transaction, arrived: Sequence[Arrived], service: str) -> Admitted:
    """Mark a batch as seen and return what is new of it."""
    ordered: list[Arrived] = []
    others: list[Arrived] = []
    for item in arrived:
        (ordered if _is_ordered(item.record, service) else others).append(item)
    fresh = await _unseen(unit, others)
    if not ordered:
        return Admitted(tuple(fresh), len(others) - len(fresh), 0)
    held = await _held(unit, keys_of(ordered))
    order = in_sequence(await _positions(unit, keys_of(ordered)), held, ordered)
    await _save_order(unit, order.positions, order.early, bool(held))
    duplicates = len(others) - len(fresh) + order.duplicates
    return Admitted((*order.ready, *fresh), duplicates, len(order.early))


def _is_ordered(record: Record, service: str) -> bool:
    return record.topic in ORDERED and record.header(RELEASED_HEADER) != service


async def _unseen(unit: Transaction, arrived: Sequence[Arrived]) -> list[Arrived]:
    if not arrived:
        return []
    by_id = {item.event.envelope.id: item for item in reversed(arrived)}
    rows = await unit.all(
        """
        INSERT INTO inbox (event_id) SELECT unnest(CAST(:ids AS uuid[]))
        ON CONFLICT DO NOTHING RETURNING event_id
        """,
        {"ids": sorted(by_id)},
    )
    new = {row.event_id for row in rows}
    return [item for item in arrived if item.event.envelope.id in new and by_id[item.event.envelope.id] is item]


async def _positions(unit: Transaction, keys: Sequence[str]) -> dict[str, int]:
    # The row must exist before it can be locked: two readers in a rebalance must not both find nothing.
    await unit.execute(
        "INSERT INTO positions (key, sequence) SELECT unnest(CAST(:keys AS text[])), 0 ON CONFLICT DO NOTHING",
        {"keys": sorted(keys)},
    )
    rows = await unit.all(
        "SELECT key, sequence FROM positions WHERE key = ANY(:keys) ORDER BY key FOR UPDATE",
        {"keys": list(keys)},
    )
    return {row.key: row.sequence for row in rows}


async def _held(unit: Transaction, keys: Sequence[str]) -> list[Arrived]:
    rows = await unit.all(
        "SELECT key, topic, headers, payload FROM early WHERE key = ANY(:keys) ORDER BY key, sequence",
        {"keys": list(keys)},
    )
    records = [Record(row.topic, -1, -1, row.key, row.payload, headers_from_json(row.headers)) for row in rows]
    return [item for record in records if (item := read(record))]


async def _save_order(unit: Transaction, moved: Mapping[str, int], early: Sequence[Arrived], had_held: bool) -> None:
    if moved:
        await unit.execute(
            """
            UPDATE positions SET sequence = moved.place
            FROM unnest(CAST(:keys AS text[]), CAST(:places AS bigint[])) AS moved (key, place)
            WHERE positions.key = moved.key
            """,
            {"keys": list(moved), "places": list(moved.values())},
        )
    if had_held:
        await unit.execute(
            """
            DELETE FROM early USING positions
            WHERE positions.key = early.key AND early.sequence <= positions.sequence AND early.key = ANY(:keys)
            """,
            {"keys": list(moved)},
        )
    if early:
        await _hold(unit, early)


async def _hold(unit: Transaction, early: Sequence[Arrived]) -> None:
    await unit.execute(
        """
        INSERT INTO early (key, sequence, topic, headers, payload)
        SELECT * FROM unnest(CAST(:keys AS text[]), CAST(:places AS bigint[]), CAST(:topics AS text[]),
                             CAST(:headers AS jsonb[]), CAST(:payloads AS bytea[]))
        ON CONFLICT DO NOTHING
        """,
        {
            "keys": [item.key for item in early],
            "places": [item.sequence for item in early],
            "topics": [item.record.topic for item in early],
            "headers": [headers_to_json(item.record.headers) for item in early],
            "payloads": [item.record.value for item in early],
        },
    )


async def skip(unit: Transaction, record: Record, service: str) -> None:
    """Let a key's order go on past a record that was parked."""
    if record.sequence and _is_ordered(record, service):
        await unit.execute(
            """
            INSERT INTO positions (key, sequence) VALUES (:key, :place)
            ON CONFLICT (key) DO UPDATE SET sequence = greatest(positions.sequence, excluded.sequence)
            """,
            {"key": record.key, "place": record.sequence},
        )
