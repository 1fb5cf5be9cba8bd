"""What was refused at the door, told on `inbound`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from gongdan.intake.domain.events import SOURCE
from gongdan.shared.access.folding import Folded
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import ActionDenied
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database


@dataclass(frozen=True, slots=True)
class OutboxRefusals:
    """Writes them to the outbox."""

    db: Database
    clock: Clock

    async def write(self, some: Sequence[Folded]) -> None:
        """An event for each. Raises RetryLater."""
        async with self.db.transaction() as unit:
            unit.emit(*(_event(one, self.clock.now()) for one in some))


def _event(one: Folded, now: datetime) -> Event:
    event_id, denied = uuid4(), one.denied
    data = ActionDenied(action=denied.action, why=denied.why, by=denied.by, times=one.times, about=one.about)
    envelope = Envelope(
        id=event_id,
        type="ActionDenied",
        source=SOURCE,
        subject=denied.action,
        occurred_at=one.at,
        recorded_at=now,
        actor=denied.actor,
        correlation_id=event_id,
    )
    return Event(envelope, data, str(event_id))
