"""CloudEvents 1.0 in Kafka binary mode: attributes as `ce_*` headers, the payload as the record's value.

Besides the standard attributes an envelope carries who did it, what caused it and which definitions
decided it, so that "why did this happen?" can be followed from a delivery back to the raw message.
Source: CloudEvents Kafka protocol binding 1.0.2, section 3.2; W3C Trace Context for `traceparent`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Literal
from uuid import UUID

import orjson

from gongdan.shared.ids import read_id

ActorKind = Literal["agent", "contact", "key", "anonymous", "system", "rule"]
Headers = list[tuple[str, bytes]]
Attributes = list[tuple[str, str]]


class Mode(StrEnum):
    """How an event came to be. Whatever is not live must never send anything to anybody."""

    LIVE = "live"
    REPLAY = "replay"
    IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: `agent:li.wei`, `contact:kunde@example.com`, `key:grafana`, `system:router`, `rule:vip`."""

    kind: ActorKind
    id: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Actor":
        """Read `kind:id`. Raises ValueError when the kind is unknown."""
        kind, _, name = text.partition(":")
        match kind:
            case "agent" | "contact" | "key" | "anonymous" | "system" | "rule":
                return cls(kind, name)
        raise ValueError(f"actor kind {kind!r} is not one of agent, contact, key, anonymous, system, rule")


@dataclass(frozen=True, slots=True)
class DecidedBy:
    """The version of a definition that took part in a decision."""

    kind: str
    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Everything about an event but its payload.

    `occurred_at` is when it happened in the world, `recorded_at` when we learned of it. `sequence` is the
    ticket's version on topics that keep order per ticket, else None.
    """

    id: UUID
    type: str
    source: str
    subject: str
    occurred_at: datetime
    recorded_at: datetime
    actor: Actor
    correlation_id: UUID
    causation_id: UUID | None = None
    decided_by: tuple[DecidedBy, ...] = ()
    mode: Mode = Mode.LIVE
    sequence: int | None = None
    traceparent: str | None = None


def to_attributes(envelope: Envelope) -> Attributes:
    """The attributes of an envelope under their names as headers, in a stable order."""
    occurred = envelope.occurred_at.isoformat()
    # Most events are recorded as they happen, and writing a time takes as long as all else here.
    recorded = occurred if envelope.recorded_at is envelope.occurred_at else envelope.recorded_at.isoformat()
    attributes = [
        ("ce_specversion", "1.0"),
        ("ce_id", str(envelope.id)),
        ("ce_type", envelope.type),
        ("ce_source", envelope.source),
        ("ce_subject", envelope.subject),
        ("ce_time", occurred),
        ("ce_recordedat", recorded),
        ("ce_actor", str(envelope.actor)),
        ("ce_correlationid", str(envelope.correlation_id)),
        ("ce_mode", envelope.mode.value),
        ("content-type", "application/json"),
    ]
    if envelope.causation_id is not None:
        attributes.append(("ce_causationid", str(envelope.causation_id)))
    if envelope.sequence is not None:
        attributes.append(("ce_sequence", str(envelope.sequence)))
    if envelope.decided_by:
        attributes.append(("ce_decidedby", orjson.dumps(envelope.decided_by).decode()))
    if envelope.traceparent:
        attributes.append(("traceparent", envelope.traceparent))
    return attributes


def to_headers(envelope: Envelope) -> Headers:
    """The record headers of an envelope."""
    return [(name, value.encode()) for name, value in to_attributes(envelope)]


def from_headers(headers: Iterable[tuple[str, bytes]]) -> Envelope:
    """Read an envelope. Raises ValueError naming the first attribute that is missing or malformed."""
    return from_attributes(dict(headers))


def from_attributes(found: Mapping[str, bytes]) -> Envelope:
    """Read an envelope from its headers by name. Raises ValueError as `from_headers` does."""
    try:
        return _read(found)
    except KeyError as missing:
        raise ValueError(f"header {missing.args[0]!r} is missing") from missing
    except (TypeError, orjson.JSONDecodeError) as malformed:
        raise ValueError(f"header 'ce_decidedby' is malformed: {malformed}") from malformed


def _read(found: Mapping[str, bytes]) -> Envelope:
    causation = found.get("ce_causationid")
    sequence = found.get("ce_sequence")
    decided_by = found.get("ce_decidedby")
    traceparent = found.get("traceparent")
    occurred_at, recorded_at = _times(found["ce_time"], found["ce_recordedat"])
    return Envelope(
        id=read_id(found["ce_id"].decode()),
        type=found["ce_type"].decode(),
        source=found["ce_source"].decode(),
        subject=found["ce_subject"].decode(),
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        actor=_actor(found["ce_actor"]),
        correlation_id=read_id(found["ce_correlationid"].decode()),
        causation_id=read_id(causation.decode()) if causation else None,
        decided_by=_decided_by(decided_by) if decided_by is not None else (),
        mode=_mode(found["ce_mode"]),
        sequence=int(sequence) if sequence else None,
        traceparent=traceparent.decode() if traceparent is not None else None,
    )


# Few actors and modes do most of what is read, and each takes as long to read as all the rest of an envelope.
@lru_cache(maxsize=4_096)
def _actor(value: bytes) -> Actor:
    return Actor.parse(value.decode())


@lru_cache(maxsize=16)
def _mode(value: bytes) -> Mode:
    return Mode(value.decode())


@lru_cache(maxsize=4_096)
def _decided_by(value: bytes) -> tuple[DecidedBy, ...]:
    return tuple(DecidedBy(**item) for item in orjson.loads(value))


def _times(occurred: bytes, recorded: bytes) -> tuple[datetime, datetime]:
    occurred_at = _aware(occurred.decode())
    return occurred_at, occurred_at if recorded == occurred else _aware(recorded.decode())


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"time {text!r} has no offset from UTC")
    return moment
