"""Why a ticket is as it is: each change with who made it, what decided it, what led to it and what followed.

Built from a ticket's timeline and the messages behind it by following causation ids both ways. A link that
leads out of what is known ends the chain there; a circle of causes, which nobody should write, is cut.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from gongdan.api.domain.views import Decision, Message, TimelineEvent, View

TEXTS = frozenset({"text", "reply_text", "html", "attachments", "mail", "trace"})


class Link(View):
    """One cause in a chain: the message that began it, or an event."""

    kind: Literal["message", "event"]
    id: UUID
    type: str
    channel: str | None = None
    source: str | None = None
    actor: str | None = None
    at: datetime | None = None


class Effect(View):
    """Something of another service that followed. `cause` is the id of what it followed from."""

    id: UUID
    cause: UUID | None
    source: str
    type: str
    at: datetime
    decided_by: list[Decision]
    data: dict[str, JsonValue]


class Change(View):
    """One change: `chain` runs from the raw message to this event's direct cause; `rule` joined the message."""

    id: UUID
    source: str
    type: str
    version: int | None
    occurred_at: datetime
    recorded_at: datetime
    actor: str
    decided_by: list[Decision]
    rule: str | None
    trace: list[JsonValue]
    data: dict[str, JsonValue]
    chain: list[Link]
    effects: list[Effect]


class Why(View):
    """All changes of a ticket, oldest first. `truncated`: there were more, before the first one here."""

    ticket: str
    changes: list[Change]
    truncated: bool


def explain(ticket: str, events: Sequence[TimelineEvent], messages: Sequence[Message], truncated: bool) -> Why:
    """Put causes and effects to the events of a ticket, which come in order."""
    known = {event.id: event for event in events}
    origins = _origins(messages)
    following = _following(events, known)
    changes = [
        _change(event, _chain(event, known, origins), following)
        for event in events
        if event.source == "tickets" or event.causation_id not in known
    ]
    return Why(ticket=ticket, changes=changes, truncated=truncated)


def wanted_messages(events: Sequence[TimelineEvent]) -> list[UUID]:
    """The ids by which the messages behind these events can be found."""
    correlations = {event.correlation_id for event in events}
    causes = {event.causation_id for event in events if event.causation_id}
    return sorted(correlations | causes - {event.id for event in events})


def _origins(messages: Sequence[Message]) -> dict[UUID, Message]:
    return {message.message_id: message for message in messages}


def _following(events: Sequence[TimelineEvent], known: Mapping[UUID, TimelineEvent]) -> dict[UUID, list[TimelineEvent]]:
    following: dict[UUID, list[TimelineEvent]] = defaultdict(list)
    for event in events:
        if event.causation_id and event.causation_id in known and event.source != "tickets":
            following[event.causation_id].append(event)
    return following


def _change(event: TimelineEvent, chain: list[Link], following: Mapping[UUID, Sequence[TimelineEvent]]) -> Change:
    rule, trace = event.data.get("rule"), event.data.get("trace")
    return Change(
        **event.model_dump(include={"id", "source", "type", "version", "occurred_at", "recorded_at", "actor"}),
        decided_by=event.decided_by,
        rule=rule if isinstance(rule, str) else None,
        trace=trace if isinstance(trace, list) else [],
        data=_without_texts(event.data),
        chain=chain,
        effects=[_effect(one) for one in sorted(_effects(event.id, following), key=_moment)],
    )


def _chain(event: TimelineEvent, known: Mapping[UUID, TimelineEvent], origins: Mapping[UUID, Message]) -> list[Link]:
    links: list[Link] = []
    seen = {event.id}
    cause = event.causation_id
    while cause and cause in known and cause not in seen:
        seen.add(cause)
        links.append(_event_link(known[cause]))
        cause = known[cause].causation_id
    origin = origins.get(cause) if cause else None
    origin = origin or origins.get(event.correlation_id)
    return [*([_message_link(origin)] if origin else []), *reversed(links)]


def _moment(event: TimelineEvent) -> tuple[datetime, UUID]:
    return event.recorded_at, event.id


def _effects(root: UUID, following: Mapping[UUID, Sequence[TimelineEvent]]) -> Iterator[TimelineEvent]:
    """Everything that followed, directly or not."""
    seen, waiting = {root}, deque([root])
    while waiting:
        for event in following.get(waiting.popleft(), ()):
            if event.id not in seen:
                seen.add(event.id)
                waiting.append(event.id)
                yield event


def _event_link(event: TimelineEvent) -> Link:
    return Link(
        kind="event",
        id=event.id,
        type=event.type,
        source=event.source,
        actor=event.actor,
        at=event.occurred_at,
    )


def _message_link(message: Message) -> Link:
    return Link(
        kind="message",
        id=message.message_id,
        type=message.command or "message",
        channel=message.channel,
        source=message.source,
        actor=message.actor,
        at=message.received_at,
    )


def _effect(event: TimelineEvent) -> Effect:
    return Effect(
        id=event.id,
        cause=event.causation_id,
        source=event.source,
        type=event.type,
        at=event.occurred_at,
        decided_by=event.decided_by,
        data=_without_texts(event.data),
    )


def _without_texts(data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: value for name, value in data.items() if name not in TEXTS}
