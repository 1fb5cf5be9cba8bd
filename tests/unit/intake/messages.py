"""Messages for tests of intake."""

from datetime import UTC, datetime

from gongdan.intake.domain import identity
from gongdan.intake.domain.events import Arrival, received
from gongdan.intake.domain.inputs import NewMessage, PersonInput
from gongdan.intake.domain.normalise import from_api
from gongdan.intake.ports import Incoming

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def incoming(external_id: str, text: str = "Hello") -> Incoming:
    """An API message on its way in; its hash is that of its text."""
    new = NewMessage(requester=PersonInput(email="a@example.com"), text=text)
    message = from_api(new, "admin", external_id)
    return Incoming(received(message, Arrival(NOW, NOW)), identity.body_hash(text.encode()))
