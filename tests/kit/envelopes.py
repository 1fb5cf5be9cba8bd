"""Envelopes of what tests have services say, with all filled in that a test does not care about."""

from datetime import datetime
from uuid import UUID

from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Envelope

TEST = Actor("system", "test")


def envelope_of(
    data: Contract, subject: str, event_id: UUID, at: datetime, *, source: str = "gongdan.test", actor: Actor = TEST
) -> Envelope:
    """The envelope of something that begins a story by itself, at `at`."""
    return Envelope(
        id=event_id,
        type=type(data).__name__,
        source=source,
        subject=subject,
        occurred_at=at,
        recorded_at=at,
        actor=actor,
        correlation_id=event_id,
    )
