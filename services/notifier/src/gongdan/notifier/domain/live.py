"""The one door between an event and a delivery: what is not live cannot pass.

Everything that creates a delivery asks for a `LiveEvent`, and a `LiveEvent` of a replayed or imported event
cannot be made. So a replay that sends something is a type error, not a forgotten `if`.
"""

from dataclasses import dataclass

from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Envelope, Mode
from gongdan.shared.contracts.registry import Event


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """An event that happened now and may therefore be told. Raises ValueError for any other mode."""

    event: Event

    def __post_init__(self) -> None:
        if self.event.envelope.mode is not Mode.LIVE:
            raise ValueError(f"an event of mode {self.event.envelope.mode} is never told to anybody")

    @property
    def envelope(self) -> Envelope:
        """The event's envelope."""
        return self.event.envelope

    @property
    def data(self) -> Contract:
        """The event's payload."""
        return self.event.data


def live(event: Event) -> LiveEvent | None:
    """The event if it may be told, else None."""
    return LiveEvent(event) if event.envelope.mode is Mode.LIVE else None
