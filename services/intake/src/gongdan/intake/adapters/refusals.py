"""What was refused at the door, told on `inbound`: once in a while per actor and action, however often they try."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from gongdan.intake.domain.events import SOURCE
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import ActionDenied
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from gongdan.shared.errors import RetryLater

log = structlog.get_logger()

AGAIN_AFTER = timedelta(seconds=10)
REMEMBERED = 10_000


@dataclass(slots=True)
class OutboxRefusals:
    """Writes them to the outbox."""

    db: Database
    clock: Clock
    _told: dict[tuple[str, str], datetime] = field(default_factory=dict)

    async def tell(self, refusal: NotPermitted) -> None:
        """Tell, unless the same was told a moment ago. Never raises: the answer is no either way."""
        now, actor = self.clock.now(), refusal.rights.who.actor
        log.warning("action_denied", actor=str(actor), action=refusal.action)
        if now - self._told.get((str(actor), refusal.action), now - AGAIN_AFTER) < AGAIN_AFTER:
            return
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[(str(actor), refusal.action)] = now
        try:
            async with self.db.transaction() as unit:
                unit.emit(_event(refusal, now))
        except RetryLater as fault:
            log.warning("denial_not_told", why=str(fault))


def _event(refusal: NotPermitted, now: datetime) -> Event:
    event_id = uuid4()
    data = ActionDenied(action=refusal.action, why=refusal.complaints[0].problem, by=refusal.rights.by)
    envelope = Envelope(
        id=event_id,
        type="ActionDenied",
        source=SOURCE,
        subject=refusal.action,
        occurred_at=now,
        recorded_at=now,
        actor=refusal.rights.who.actor,
        correlation_id=event_id,
    )
    return Event(envelope, data, str(event_id))
