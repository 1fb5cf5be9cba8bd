"""Events of a ticket as rows of its timeline. The snapshot is left out: the timeline tells what happened."""

from uuid import UUID

import orjson

from gongdan.api.domain.rows import Json, TimelineRow
from gongdan.api.domain.texts import storable
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import Topic

SHORT_NAMES = {topic: topic.split(".")[1] for topic in Topic}
LAST_PLACE = 2**31 - 1
WITHOUT_SNAPSHOT = {"ticket"}


def timeline_row(event: Event, ticket_id: UUID) -> TimelineRow:
    """An event in its ticket's timeline. What has no version comes after what has, since it follows from it."""
    envelope = event.envelope
    return TimelineRow(
        event_id=envelope.id,
        ticket_id=ticket_id,
        source=SHORT_NAMES[event.topic],
        type=envelope.type,
        occurred_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
        place=envelope.sequence or LAST_PLACE,
        version=envelope.sequence,
        actor=storable(str(envelope.actor)),
        correlation_id=envelope.correlation_id,
        causation_id=envelope.causation_id,
        decided_by=Json(orjson.dumps(envelope.decided_by).decode() if envelope.decided_by else "[]"),
        mode=envelope.mode,
        data=Json(event.data.model_dump_json(exclude=WITHOUT_SNAPSHOT)),
    )
