"""A Kafka record as the kit sees it, and how it becomes an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from gongdan.shared.contracts.envelope import Headers, from_attributes
from gongdan.shared.contracts.registry import Event, read_payload
from gongdan.shared.errors import ParkIt

RELEASED_HEADER = "ce_releasedfor"


@dataclass(slots=True)
class Record:
    """One consumed record. `value` None is a tombstone; `attributes` has the last value of each header."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes | None
    headers: Headers
    attributes: Mapping[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Headers are asked for by name again and again."""
        self.attributes = dict(self.headers)

    def header(self, name: str) -> str | None:
        """The last value of a header, or None."""
        found = self.attributes.get(name)
        return None if found is None else found.decode("utf-8", "replace")

    def is_for(self, service: str) -> bool:
        """Whether a service is to read it: what is released again is for the one that had parked it."""
        released_for = self.attributes.get(RELEASED_HEADER)
        return released_for is None or released_for == service.encode()

    @property
    def sequence(self) -> int:
        """The place in its key's order; 0 when the record has none that can be read."""
        text = self.header("ce_sequence") or ""
        return int(text) if text.isdigit() else 0


@dataclass(slots=True)
class Arrived:
    """A record that could be read. Has a key and a sequence of its own for ordering."""

    event: Event
    record: Record

    @property
    def key(self) -> str:
        """Whose order it belongs to."""
        return self.record.key

    @property
    def sequence(self) -> int:
        """Its place in that order."""
        return self.event.envelope.sequence or 0


def read(record: Record) -> Arrived | None:
    """The event in a record; None for tombstones and for types a newer writer has added.

    Raises ParkIt when the record breaks the contract.
    """
    if record.value is None:
        return None
    try:
        envelope = from_attributes(record.attributes)
        payload = read_payload(envelope.type, record.value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "value"
        raise ParkIt("contract-violation", f"{where}: {first['msg']}") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise ParkIt("contract-violation", str(error)) from error
    return Arrived(Event(envelope, payload, record.key), record) if payload else None


def keys_of(arrived: Sequence[Arrived]) -> list[str]:
    """The distinct keys, in order of first appearance."""
    return list(dict.fromkeys(item.key for item in arrived))
