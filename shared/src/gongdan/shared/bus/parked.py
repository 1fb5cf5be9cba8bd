"""Parked records: what a service could not process, kept with the reason, and the way back.

A parked record is the original (key, value, headers) on `<topic>.parked.<service>` with headers that say
why, when and from where. Releasing it writes it to its topic again, addressed to that service alone, and a mark
beside it, since Kafka takes no record away.
"""

from collections.abc import Sequence
from datetime import datetime

from gongdan.shared.bus.records import RELEASED_HEADER, Record
from gongdan.shared.contracts.envelope import Headers
from gongdan.shared.contracts.topics import TOPICS, ServiceName, parked_topic
from gongdan.shared.db.outbox import OutboxRow, headers_to_json
from gongdan.shared.db.session import Transaction
from gongdan.shared.errors import ParkIt
from gongdan.shared.ids import derived_id

PREFIX = "gongdan_parked_"
RELEASED_MARK = PREFIX + "released"


async def park(unit: Transaction, record: Record, service: str, why: ParkIt, now: datetime) -> None:
    """Write `record` to its parked topic, through the outbox. Idempotent: the id comes from the record's place."""
    place = f"{record.topic}/{record.partition}/{record.offset}"
    notes: Headers = [
        (PREFIX + "reason", why.reason.encode()),
        (PREFIX + "detail", why.detail[:2000].encode("utf-8", "replace")),
        (PREFIX + "from", place.encode()),
        (PREFIX + "at", now.isoformat().encode()),
    ]
    kept = [(name, _text(value)) for name, value in record.headers if not _is_ours(name)]
    unit.rows.append(
        OutboxRow(
            id=derived_id("parked", service, place),
            topic=parked_topic(record.topic, service),
            key=record.key,
            type=record.header("ce_type") or "unknown",
            payload=record.value,
            headers=headers_to_json(kept + notes),
        )
    )


def _is_ours(name: str) -> bool:
    return name == RELEASED_HEADER or name.startswith(PREFIX)


def _text(value: bytes) -> bytes:
    return value.decode("utf-8", "replace").replace("\x00", "\ufffd").encode()


def release_headers(headers: Headers, service: str) -> Headers:
    """The headers under which a parked record goes back to its topic."""
    kept = [(name, value) for name, value in headers if not _is_ours(name)]
    return [*kept, (RELEASED_HEADER, service.encode())]


def released_mark(record: Record) -> Headers:
    """The headers of the mark that says of a parked record, by its place, that it was released."""
    return [(RELEASED_MARK, str(record.offset).encode())]


def waiting(records: Sequence[Record]) -> list[Record]:
    """Of all records of a parked topic those that nobody has released."""
    released = {mark for record in records if (mark := record.header(RELEASED_MARK)) is not None}
    return [record for record in records if record.header(RELEASED_MARK) is None and str(record.offset) not in released]


def parked_topics_of(service: ServiceName) -> list[str]:
    """Every topic a service may park records on."""
    return [parked_topic(spec.topic, service) for spec in TOPICS.values() if service in spec.readers]
