"""The table of all messages: each is kept once, with what it says to the other services, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import structlog

from gongdan.intake.ports import Incoming, Receipt
from gongdan.shared import metrics
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.outbox import OutboxRow, row_of
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.json import dumps

log = structlog.get_logger()

# What is short as one JSON document: of arrays, asyncpg looks at each element in Python. What is long as arrays: in
# JSON each of its quotation marks would be escaped here and read there.
GIVEN = """
    SELECT message_id, channel, source, external_id, conversation_key, body_hash, payload, raw_sha256, occurred_at,
           received_at, type, headers, place
    FROM json_to_recordset(CAST(:given AS json)) AS short
        (message_id uuid, channel text, source text, external_id text, conversation_key text, body_hash text,
         raw_sha256 text, occurred_at timestamptz, received_at timestamptz, type text, place int)
    JOIN unnest(CAST(:payloads AS bytea[]), CAST(:headers AS text[])) WITH ORDINALITY AS long (payload, headers, place)
        USING (place)
    """
# In order of id, so that two batches with the same messages wait for each other instead of deadlocking.
INSERT = """
    INSERT INTO messages (message_id, channel, source, external_id, conversation_key, body_hash, payload,
                          raw_sha256, occurred_at, received_at)
    SELECT message_id, channel, source, external_id, conversation_key, body_hash, payload, raw_sha256, occurred_at,
           received_at
    FROM given ORDER BY message_id
    ON CONFLICT (message_id) DO NOTHING RETURNING message_id
    """
INSERT_IN_UNIT = f"WITH given AS ({GIVEN}) {INSERT}"
# Kept and said by one statement, which is a transaction by itself: one round trip, and each payload sent once.
KEEP = f"""
    WITH given AS ({GIVEN}), new AS ({INSERT}), said AS (
        INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, headers)
        SELECT message_id, CAST(:topic AS text), conversation_key, type, payload, CAST(headers AS json)
        FROM given JOIN new USING (message_id) ORDER BY place
    )
    SELECT message_id FROM new
    """  # noqa: S608 - made of the texts above
TOPIC = {"topic": Topic.INBOUND.value}
CONFLICT = """
    INSERT INTO conflicts (message_id, body_hash, payload, received_at)
    SELECT * FROM unnest(CAST(:ids AS uuid[]), CAST(:hashes AS text[]), CAST(:payloads AS bytea[]),
                         CAST(:received AS timestamptz[]))
    ON CONFLICT DO NOTHING
    """


@dataclass(frozen=True, slots=True)
class MessageTable:
    """Keeps batches of messages."""

    db: Database

    async def keep(self, batch: Sequence[Incoming]) -> list[Receipt]:
        """Keep what is new of a batch and say it; returns one receipt for each, in order, after the commit."""
        receipts = await self._kept(_Batch.of(batch))
        tell(batch, receipts)
        return receipts

    async def _kept(self, kept: "_Batch") -> list[Receipt]:
        new = {row.message_id for row in await self.db.at_once(KEEP, kept.values() | TOPIC)}
        if new:
            self.db.committed()
        if len(new) == len(kept.items):
            return kept.receipts(new, {})
        async with self.db.transaction() as unit:
            return await _with_known(unit, kept, new)


async def keep_in(unit: Transaction, batch: Sequence[Incoming]) -> list[Receipt]:
    """The same as a part of a larger unit of work; whoever commits it calls `tell` afterwards."""
    kept = _Batch.of(batch)
    new = {row.message_id for row in await unit.all(INSERT_IN_UNIT, kept.values())} if batch else set()
    unit.rows.extend(row for message_id, row in kept.rows.items() if message_id in new)
    return await _with_known(unit, kept, new)


async def _with_known(unit: Transaction, kept: "_Batch", new: set[UUID]) -> list[Receipt]:
    """The receipts of a batch with messages that were known before; its conflicts are recorded."""
    receipts = kept.receipts(new, await _hashes(unit, kept.first.keys() - new))
    pairs = zip(kept.items, receipts, strict=True)
    await _record_conflicts(unit, [item for item, receipt in pairs if receipt.conflict])
    return receipts


@dataclass(frozen=True, slots=True)
class _Batch:
    """Messages by id; of those with the same id the first. `rows` are what they will say, in order of arrival."""

    items: Sequence[Incoming]
    first: Mapping[UUID, Incoming]
    rows: Mapping[UUID, OutboxRow]

    @classmethod
    def of(cls, items: Sequence[Incoming]) -> "_Batch":
        first: dict[UUID, Incoming] = {}
        for item in items:
            first.setdefault(item.event.envelope.id, item)
        return cls(items, first, {key: row_of(item.event) for key, item in first.items()})

    def values(self) -> dict[str, object]:
        """What is to be kept, as the statements' parameters."""
        rows = self.rows.values()
        pairs = zip(self.first.values(), rows, strict=True)
        return {
            "given": dumps([_given(item, row, place) for place, (item, row) in enumerate(pairs, 1)]).decode(),
            "payloads": [row.payload for row in rows],
            "headers": [row.headers for row in rows],
        }

    def receipts(self, new: set[UUID], hashes: Mapping[UUID, str]) -> list[Receipt]:
        return [self._receipt(item, new, hashes) for item in self.items]

    def _receipt(self, item: Incoming, new: set[UUID], hashes: Mapping[UUID, str]) -> Receipt:
        message_id = item.event.envelope.id
        first = self.first[message_id]
        if message_id in new and first is item:
            return Receipt(message_id, duplicate=False)
        known = first.body_hash if message_id in new else hashes[message_id]
        return Receipt(message_id, duplicate=True, conflict=known != item.body_hash)


def _given(item: Incoming, row: OutboxRow, place: int) -> dict[str, object]:
    channel, source, external_id, raw = _origin(item)
    envelope = item.event.envelope
    return {
        "message_id": str(row.id),
        "channel": channel,
        "source": source,
        "external_id": external_id,
        "conversation_key": row.key,
        "body_hash": item.body_hash,
        "raw_sha256": raw,
        "occurred_at": envelope.occurred_at,
        "received_at": envelope.recorded_at,
        "type": row.type,
        "place": place,
    }


def _origin(item: Incoming) -> tuple[str, str, str, str | None]:
    """Channel, source, external id, and the blob of the original bytes."""
    match item.event.data:
        case MessageReceived() as message:
            return message.channel, message.source, message.external_id, message.raw_sha256
        case CommandReceived() as command:
            return "command", command.ticket, str(command.message_id), None
        case other:
            raise TypeError(f"{type(other).__name__} is no inbound message")


async def _hashes(unit: Transaction, ids: Iterable[UUID]) -> dict[UUID, str]:
    wanted = list(ids)
    if not wanted:
        return {}
    rows = await unit.all("SELECT message_id, body_hash FROM messages WHERE message_id = ANY(:ids)", {"ids": wanted})
    return {row.message_id: row.body_hash for row in rows}


async def _record_conflicts(unit: Transaction, items: Sequence[Incoming]) -> None:
    if items:
        values = {
            "ids": [item.event.envelope.id for item in items],
            "hashes": [item.body_hash for item in items],
            "payloads": [item.event.data.model_dump_json().encode() for item in items],
            "received": [item.event.envelope.recorded_at for item in items],
        }
        await unit.execute(CONFLICT, values)


def tell(batch: Sequence[Incoming], receipts: Sequence[Receipt]) -> None:
    """Count and log what became of a batch, after its commit."""
    pairs = list(zip(batch, receipts, strict=True))
    new = [item for item, receipt in pairs if not receipt.duplicate]
    channels = Counter(getattr(item.event.data, "channel", "command") for item in new)
    for channel, count in channels.items():
        metrics.ACCEPTED.labels(channel).inc(count)
    for receipt in receipts:
        if receipt.conflict:
            log.warning("message_conflicts", message_id=str(receipt.message_id))
