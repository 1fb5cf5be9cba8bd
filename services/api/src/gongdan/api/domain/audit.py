"""What is audited, and which events are: changes of definitions, commands in another's name, what was denied,
and what happens at intake's doors.

Sign-ins, credentials, accounts, exports and acting as somebody else are written down where they happen.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gongdan.shared.access.chain import Entry
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted
from gongdan.shared.contracts.doors import MailboxFailed, QuarantineDiscarded, QuarantineReleased
from gongdan.shared.contracts.messages import ActionDenied, CommandReceived
from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.contracts.registry import Event

AuditKind = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "session_revoked",
    "key_issued",
    "key_revoked",
    "account_changed",
    "impersonated",
    "definition_applied",
    "definition_deleted",
    "denied",
    "quarantine_released",
    "quarantine_discarded",
    "mailbox_failed",
    "exported",
]
KINDS: tuple[str, ...] = get_args(AuditKind)


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


def entries_of(events: Sequence[Event]) -> list[Entry]:
    """The entries that a batch of events makes, in its order."""
    return [entry for event in events for entry in _entries(event)]


def _entries(event: Event) -> Iterable[Entry]:
    envelope = event.envelope
    match event.data:
        case DefinitionApplied() as applied:
            what = _definition(applied)
            yield Entry(
                applied.applied_at, applied.author, "definition_applied", what, {"version": str(applied.version)}
            )
        case DefinitionDeleted() as deleted:
            yield Entry(envelope.occurred_at, str(envelope.actor), "definition_deleted", _definition(deleted))
        case CommandReceived(access=access) as command if access.by:
            detail = {"command": command.command.command, "ticket": command.ticket}
            yield Entry(envelope.occurred_at, access.by, "impersonated", str(envelope.actor), detail)
        case ActionDenied() as denied:
            yield Entry(envelope.occurred_at, str(envelope.actor), "denied", denied.action, {"why": denied.why})
        case MessageRejected(reason="not-allowed") as rejected:
            detail = {"why": rejected.detail, "message": str(rejected.message_id)}
            yield Entry(envelope.occurred_at, str(envelope.actor), "denied", rejected.ticket or "", detail)
        case QuarantineReleased() | QuarantineDiscarded() | MailboxFailed():
            yield _at_the_door(event, event.data)


def _at_the_door(event: Event, data: QuarantineReleased | QuarantineDiscarded | MailboxFailed) -> Entry:
    """What operators decided about quarantine, and what asks them to look."""
    when, who = event.envelope.occurred_at, str(event.envelope.actor)
    match data:
        case QuarantineReleased():
            detail = {"cause": data.cause, "source": data.source, "message": str(data.message_id)}
            return Entry(when, who, "quarantine_released", str(data.quarantine_id), detail)
        case QuarantineDiscarded():
            detail = {"cause": data.cause, "source": data.source, "reason": data.reason}
            return Entry(when, who, "quarantine_discarded", str(data.quarantine_id), detail)
        case MailboxFailed():
            return Entry(when, who, "mailbox_failed", data.mailbox, {"cause": data.cause, "why": data.detail})


def _definition(data: DefinitionApplied | DefinitionDeleted) -> str:
    return f"{data.kind}/{data.workspace or ''}/{data.name}"
