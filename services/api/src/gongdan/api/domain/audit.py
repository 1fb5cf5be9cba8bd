"""What is audited, and which events are: changes of definitions, commands in another's name, what was denied,
and what happens at intake's doors. Each entry is an event in its turn.

Sign-ins, credentials, accounts, exports and acting as somebody else are written down where they happen.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gongdan.api.domain.definition_versions import VersionKey, version_of
from gongdan.api.domain.events import SOURCE
from gongdan.shared.access.chain import Entry, Linked
from gongdan.shared.access.folding import Folded
from gongdan.shared.access.refusal import Denied
from gongdan.shared.access.rights import Rights
from gongdan.shared.contracts.audit import AuditKind, AuditRecorded
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted
from gongdan.shared.contracts.doors import (
    MailboxFailed,
    QuarantinedFileReleased,
    QuarantineDiscarded,
    QuarantineReleased,
)
from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.messages import ActionDenied, CommandReceived
from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id

KEY = "audit"
NOTHING: Mapping[str, str] = MappingProxyType({})


class AuditQuery(BaseModel):
    """Which entries: newest first unless `order` is asc. `since` and `until` are times with an offset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    actor: Annotated[str, Field(min_length=1, max_length=400)] | None = None
    kind: list[AuditKind] = []
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    order: Literal["asc", "desc"] = "desc"
    cursor: Annotated[int, Field(ge=0, le=2**62)] | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


def entries_of(events: Sequence[Event], known: Collection[VersionKey] = ()) -> list[Entry]:
    """The entries that a batch of events makes, in its order.

    None for the versions of definitions that are `known`: their topic is compacted, so a log that was lost tells of
    them again however long ago they were made.
    """
    fresh = (event for event in events if not _is_known(event, known))
    return list(_folded(replace(entry, cause=event.envelope) for event in fresh for entry in _entries(event)))


def _folded(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Whoever is denied the same again and again in one batch makes one entry, with the first time and how often."""
    found: dict[object, Entry] = {}
    times: Counter[object] = Counter()
    for place, one in enumerate(entries):
        key: object = (one.actor, one.subject, one.detail["why"]) if one.kind == "denied" else place
        found.setdefault(key, one)
        times[key] += int(one.detail.get("times", "1"))
    for key, one in found.items():
        yield replace(one, detail={**one.detail, "times": str(times[key])}) if times[key] > 1 else one


def _is_known(event: Event, known: Collection[VersionKey]) -> bool:
    return isinstance(event.data, DefinitionApplied | DefinitionDeleted) and version_of(event.data) in known


def _entries(event: Event) -> Iterable[Entry]:
    envelope = event.envelope
    match event.data:
        case DefinitionApplied() as applied:
            yield Entry(applied.applied_at, applied.author, "definition_applied", *_definition(applied))
        case DefinitionDeleted() as deleted:
            yield Entry(envelope.occurred_at, str(envelope.actor), "definition_deleted", *_definition(deleted))
        case CommandReceived(access=access) as command if access.by:
            detail = {"command": command.command.command, "ticket": command.ticket}
            yield Entry(envelope.occurred_at, access.by, "impersonated", str(envelope.actor), detail)
        case ActionDenied() as denied:
            no = Denied(envelope.actor, denied.by, denied.action, denied.why)
            yield denial(Folded(no, envelope.occurred_at, denied.times, denied.about))
        case MessageRejected() as rejected if rejected.reason == "not-allowed" or rejected.unseen:
            detail = {"why": rejected.detail, "message": str(rejected.message_id)}
            subject = rejected.unseen or rejected.ticket or ""
            yield Entry(envelope.occurred_at, str(envelope.actor), "denied", subject, detail)
        case QuarantineReleased() | QuarantinedFileReleased() | QuarantineDiscarded() | MailboxFailed():
            yield _at_the_door(event, event.data)


AtTheDoor = QuarantineReleased | QuarantinedFileReleased | QuarantineDiscarded | MailboxFailed


def _at_the_door(event: Event, data: AtTheDoor) -> Entry:
    """What operators decided about quarantine, and what asks them to look."""
    when, who = event.envelope.occurred_at, str(event.envelope.actor)
    match data:
        case QuarantineReleased():
            detail = {"cause": data.cause, "source": data.source, "message": str(data.message_id)}
            return Entry(when, who, "quarantine_released", str(data.quarantine_id), detail)
        case QuarantinedFileReleased():
            detail = {"cause": data.cause, "source": data.source, "file": data.name, "sha256": data.sha256}
            return Entry(when, who, "quarantine_released", str(data.quarantine_id), detail)
        case QuarantineDiscarded():
            detail = {"cause": data.cause, "source": data.source, "reason": data.reason}
            return Entry(when, who, "quarantine_discarded", str(data.quarantine_id), detail)
        case MailboxFailed():
            return Entry(when, who, "mailbox_failed", data.mailbox, {"cause": data.cause, "why": data.detail})


def did(rights: Rights, at: datetime, kind: AuditKind, subject: str, detail: Mapping[str, str] = NOTHING) -> Entry:
    """The entry of something that somebody did; it names who really did it, where somebody acts as another."""
    return Entry(at, str(rights.who.actor), kind, subject, {**detail, **_really(rights.by)})


def denial(one: Folded) -> Entry:
    """The entry of what was denied, once or many times."""
    no, times = one.denied, {"times": str(one.times)} if one.times > 1 else NOTHING
    about = {"about": ", ".join(one.about)} if one.about else NOTHING
    return Entry(one.at, str(no.actor), "denied", no.action, {"why": no.why, **about, **times, **_really(no.by)})


def _really(by: str | None) -> Mapping[str, str]:
    return {"by": by} if by else NOTHING


def recorded(one: Linked) -> AuditRecorded:
    """An entry in its place of the chain, as it is told and shown."""
    entry = one.entry
    return AuditRecorded(
        seq=one.seq,
        at=entry.at,
        actor=entry.actor,
        kind=entry.kind,
        subject=entry.subject,
        detail=entry.detail,
        previous=one.previous,
        hash=one.hash,
    )


def said(one: Linked, now: datetime) -> Event:
    """The event that an entry is; it has the id of the hash."""
    entry, event_id = one.entry, derived_id("audit", one.hash)
    envelope = Envelope(
        id=event_id,
        type=AuditRecorded.__name__,
        source=SOURCE,
        subject=entry.subject,
        occurred_at=entry.at,
        recorded_at=now,
        actor=_actor(entry.actor),
        correlation_id=entry.cause.correlation_id if entry.cause else event_id,
        causation_id=entry.cause.id if entry.cause else None,
    )
    return Event(envelope, recorded(one), KEY)


def _actor(name: str) -> Actor:
    """Whoever the entry names; api itself for a name that an older service wrote in its own way."""
    try:
        return Actor.parse(name)
    except ValueError:
        return Actor("system", "api")


def _definition(data: DefinitionApplied | DefinitionDeleted) -> tuple[str, Mapping[str, str]]:
    """What was changed, and to which version of it."""
    kind, workspace, name, version = version_of(data)
    return f"{kind}/{workspace}/{name}", {"version": str(version)}
