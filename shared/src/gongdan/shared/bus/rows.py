"""Rows of an outbox on their way to Kafka: what is to be said, and what became of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson
from aiokafka import TopicPartition

from gongdan.shared.contracts.envelope import Headers
from gongdan.shared.db.outbox import headers_from_json


class Pending(NamedTuple):
    """A row to be published. `payload` None is a tombstone; `said` are the headers as JSON."""

    seq: int
    topic: str
    key: str
    payload: bytes | None
    said: str

    @property
    def headers(self) -> Headers:
        """The record's headers."""
        return headers_from_json(orjson.loads(self.said))

    @property
    def size(self) -> int:
        """Bytes of the record, near enough."""
        return len(self.payload or b"") + len(self.key) + len(self.said)


class Published(NamedTuple):
    """What became of one row: its place in the log, or the error that makes it unpublishable."""

    seq: int
    place: TopicPartition | None
    offset: int | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a partition was written: the next offset, and the first offset of the last flush.

    The embedded broker counts the last batch as one record when asked for a partition's end, so the end proves
    loss only when it is before that flush.
    """

    next_offset: int
    flushed_from: int

    @classmethod
    def of(cls, offsets: Sequence[int]) -> "Reach":
        """The reach of a flush that got these offsets."""
        return cls(max(offsets) + 1, min(offsets))


def offsets_of(done: Sequence[Published]) -> dict[TopicPartition, list[int]]:
    """The offsets that rows got, by partition, in the order of the rows."""
    found: dict[TopicPartition, list[int]] = {}
    for item in done:
        if item.place is not None and item.offset is not None:
            found.setdefault(item.place, []).append(item.offset)
    return found
