"""The inbox: each event takes effect once. Ids for unordered topics, positions per key for ordered ones.

Both are written in the transaction of the effect, so a crash in between leaves neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gongdan.shared.bus.records import RELEASED_HEADER, Arrived, Record, keys_of, read
from gongdan.shared.contracts.topics import TOPICS
from gongdan.shared.db.outbox import headers_from_json, headers_to_json
from gongdan.shared.db.sequence import in_sequence
from gongdan.shared.db.session import Transaction

ADMIT = """
    WITH fresh AS (
        INSERT INTO inbox (event_id) SELECT unnest(CAST(:ids AS uuid[]))
        ON CONFLICT DO NOTHING RETURNING event_id
    ), known AS (
        SELECT key, sequence, holds FROM positions WHERE key = ANY(CAST(:keys AS text[])) ORDER BY key
        FOR NO KEY UPDATE
    ), new AS (
        INSERT INTO positions (key, sequence)
        SELECT key, 0 FROM unnest(CAST(:keys AS text[])) AS wanted (key)
        WHERE key NOT IN (SELECT key FROM known) ORDER BY key
        ON CONFLICT DO NOTHING RETURNING key, sequence, holds
    )
    SELECT event_id, NULL AS key, NULL AS sequence, false AS holds FROM fresh
    UNION ALL SELECT NULL, key, sequence, holds FROM known
    UNION ALL SELECT NULL, key, sequence, holds FROM new
    """

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
    seen = await _look_and_lock(unit, others, ordered)
    fresh = seen.fresh(others)
    if not ordered:
        return Admitted(tuple(fresh), len(others) - len(fresh), 0)
    held = await _held(unit, seen.holding) if seen.holding else []
    order = in_sequence(seen.positions, held, ordered)
    await _save_order(unit, order.positions, order.early, bool(held))
    duplicates = len(others) - len(fresh) + order.duplicates
    return Admitted((*order.ready, *fresh), duplicates, len(order.early))


def _is_ordered(record: Record, service: str) -> bool:
    return record.topic in ORDERED and record.header(RELEASED_HEADER) != service


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database knows: the ids it had not seen, the place each key has reached, the keys with early events."""

    new: set[UUID]
    positions: dict[str, int]
    holding: list[str]

    def fresh(self, arrived: Sequence[Arrived]) -> list[Arrived]:
        """What is new, each event once."""
        left = set(self.new)
        events: list[Arrived] = []
        for item in arrived:
            if item.event.envelope.id in left:
                left.remove(item.event.envelope.id)
                events.append(item)
        return events


async def _look_and_lock(unit: Transaction, others: Sequence[Arrived], ordered: Sequence[Arrived]) -> _Seen:
    """One round trip. Keys stay locked until the transaction ends: in a rebalance two readers may have the same.

    Another reader may have made a key known just now, which a statement waits for and does not see: it is asked again.
    """
    ids = sorted({item.event.envelope.id for item in others})
    keys = sorted(keys_of(ordered))
    rows = [*await unit.all(ADMIT, {"ids": ids, "keys": keys})]
    if unseen := set(keys).difference([row["key"] for row in rows]):
        rows += await unit.all(ADMIT, {"ids": [], "keys": sorted(unseen)})
    seen = _Seen(set(), {}, [])
    for event_id, key, sequence, holds in rows:
        if key is None:
            seen.new.add(event_id)
        else:
            seen.positions[key] = sequence
            seen.holding.extend([key] if holds else [])
    return seen


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
    if early:
        await _hold(unit, early)
    if early or had_held:
        await _tidy(unit, {*moved, *keys_of(early)})


async def _tidy(unit: Transaction, keys: Iterable[str]) -> None:
    """Let go of early events whose turn has come, and note which keys still have some."""
    values = {"keys": sorted(keys)}
    await unit.execute(
        """
        DELETE FROM early USING positions
        WHERE positions.key = early.key AND early.sequence <= positions.sequence AND early.key = ANY(:keys)
        """,
        values,
    )
    await unit.execute(
        """
        UPDATE positions SET holds = EXISTS (SELECT FROM early WHERE early.key = positions.key)
        WHERE key = ANY(:keys)
        """,
        values,
    )


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
