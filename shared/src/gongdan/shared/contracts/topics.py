"""The topics: the only way services talk. The table here is what the docs, the relay and the consumers read.

Each topic has exactly one writer, which is also the only one to create it: a relay that finds its topic
missing knows by that that the log was lost, and publishes again.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

ServiceName = Literal["intake", "router", "sla-timer", "notifier", "api"]
SERVICES: tuple[ServiceName, ...] = ("intake", "router", "sla-timer", "notifier", "api")

DAY_MS = 24 * 60 * 60 * 1000


class Topic(StrEnum):
    """Every topic's name."""

    INBOUND = "gongdan.inbound.v1"
    OUTCOMES = "gongdan.outcomes.v1"
    TICKETS = "gongdan.tickets.v1"
    SLA = "gongdan.sla.v1"
    DELIVERIES = "gongdan.deliveries.v1"
    DEFINITIONS = "gongdan.definitions.v1"
    ACCESS = "gongdan.access.v1"
    AUDIT = "gongdan.audit.v1"


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """What operators and docs need to know about a topic. `retention_ms` None means compacted for ever.

    `ordered` topics carry a sequence number per key; consumers apply it without gaps.
    """

    topic: Topic
    key: str
    writer: ServiceName
    readers: tuple[ServiceName, ...]
    meaning: str
    partitions: int = 6
    retention_ms: int | None = 7 * DAY_MS
    ordered: bool = False


TOPICS: dict[Topic, TopicSpec] = {
    spec.topic: spec
    for spec in (
        TopicSpec(
            Topic.INBOUND,
            "conversation key",
            "intake",
            ("router", "api"),
            "one normalised message or command",
        ),
        TopicSpec(
            Topic.OUTCOMES,
            "message id",
            "router",
            ("api",),
            "what became of an inbound message: applied, rejected, ignored",
        ),
        TopicSpec(
            Topic.TICKETS,
            "ticket id",
            "router",
            ("sla-timer", "notifier", "api"),
            "ticket events, each with the ticket's version",
            ordered=True,
        ),
        TopicSpec(
            Topic.SLA,
            "ticket id",
            "sla-timer",
            ("router", "notifier", "api"),
            "clock started, paused, met; warning, breach, escalation; timer fired",
        ),
        TopicSpec(Topic.DELIVERIES, "ticket id", "notifier", ("api",), "queued, sent, failed, bounced, suppressed"),
        TopicSpec(
            Topic.DEFINITIONS,
            "kind/workspace/name",
            "intake",
            SERVICES,
            "current version of each definition; a tombstone means deleted",
            partitions=1,
            retention_ms=None,
        ),
        TopicSpec(
            Topic.ACCESS,
            "hash of a credential",
            "api",
            ("intake",),
            "sessions and API keys in force; those revoked",
            partitions=1,
            retention_ms=None,
        ),
        TopicSpec(
            Topic.AUDIT,
            "`audit`, of all",
            "api",
            (),
            "every entry of the audit, in the order of its chain; for others to follow",
            partitions=1,
        ),
    )
}


def topics_of(writer: ServiceName) -> tuple[TopicSpec, ...]:
    """The topics a service writes, and therefore creates."""
    return tuple(spec for spec in TOPICS.values() if spec.writer == writer)


def parked_topic(topic: str, service: str) -> str:
    """Where a service puts the records of a topic that it could not process."""
    return f"{topic}.parked.{service}"
