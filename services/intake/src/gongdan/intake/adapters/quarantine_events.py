"""What intake says of decisions about quarantine, for the audit."""

from uuid import UUID

from gongdan.intake.domain.events import SOURCE
from gongdan.intake.ports.quarantine import Decided, SetAside
from gongdan.shared.contracts.doors import QuarantinedFileReleased, QuarantineDiscarded, QuarantineReleased
from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.contracts.registry import Event
from gongdan.shared.ids import derived_id


def released(entry: SetAside, became: UUID | Attachment, decided: Decided) -> Event:
    """An entry became a message or a file."""
    if isinstance(became, Attachment):
        return _file_released(entry, became, decided)
    data = QuarantineReleased(
        quarantine_id=entry.id,
        channel=entry.channel,
        source=entry.source,
        cause=entry.cause,
        message_id=became,
    )
    return Event(_envelope(entry, "QuarantineReleased", became, decided), data, str(entry.id))


def _file_released(entry: SetAside, file: Attachment, decided: Decided) -> Event:
    data = QuarantinedFileReleased(
        quarantine_id=entry.id,
        channel=entry.channel,
        source=entry.source,
        cause=entry.cause,
        name=file.name,
        sha256=file.sha256,
    )
    return Event(_envelope(entry, "QuarantinedFileReleased", entry.id, decided), data, str(entry.id))


def discarded(entry: SetAside, reason: str, decided: Decided) -> Event:
    """An entry is not wanted."""
    data = QuarantineDiscarded(
        quarantine_id=entry.id,
        channel=entry.channel,
        source=entry.source,
        cause=entry.cause,
        reason=reason,
    )
    return Event(_envelope(entry, "QuarantineDiscarded", entry.id, decided), data, str(entry.id))


def _envelope(entry: SetAside, kind: str, correlation_id: UUID, decided: Decided) -> Envelope:
    return Envelope(
        id=derived_id(kind, str(entry.id)),
        type=kind,
        source=SOURCE,
        subject=str(entry.id),
        occurred_at=decided.at,
        recorded_at=decided.at,
        actor=Actor.parse(decided.by),
        correlation_id=correlation_id,
    )
