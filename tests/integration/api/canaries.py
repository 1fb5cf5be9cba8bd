"""A ticket that carries a word of its own in each of its fields: where the word shows up, the field was shown."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from gongdan.shared.contracts import deliveries, messages, sla, tickets
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import Attachment, Person
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketSnapshot
from tests.kit.whole_story import AGENT, WholeStory

FIELDS = (
    "channel", "subject", "status", "category", "team", "assignee", "requester", "tags", "messages", "notes", "history",
    "clocks", "deliveries", "cost",
)  # fmt: skip
PUBLIC_FILE = hashlib.sha256(b"public").hexdigest()
INNER_FILE = hashlib.sha256(b"inner").hexdigest()


def canary(field: str) -> str:
    """The word of a field."""
    return f"canary-{field}"


@dataclass(frozen=True)
class CanaryStory(WholeStory):
    """A story with a note and with two files, one on each side."""

    subject: str = canary("subject")
    email: str = f"{canary('requester')}@example.com"
    assignee: str | None = canary("assignee")

    def snapshot(self, version: int, **changes: Any) -> TicketSnapshot:
        """The ticket at a version."""
        words = {
            "status": canary("status"),
            "category": canary("category"),
            "team": canary("team"),
            "form": canary("channel"),
            "tags": (canary("tags"),),
            "fields": {"cost": canary("cost")},
        }
        return super().snapshot(version, **(words | changes))

    def added(self, version: int) -> tickets.MessageAdded:
        """What the customer says, with a file."""
        said = super().added(version)
        return said.model_copy(
            update={
                "text": canary("messages"),
                "reply_text": canary("messages"),
                "subject": self.subject,
                "rule": canary("history"),
                "attachments": (_file(PUBLIC_FILE),),
            }
        )

    def noted(self) -> Event:
        """What an agent writes for others, with a file."""
        data = tickets.MessageAdded(
            ticket=self.snapshot(5),
            message_id=self.message_id,
            direction="out",
            visibility="internal",
            channel="api",
            author=Person(id="li.wei"),
            text=canary("notes"),
            attachments=(_file(INNER_FILE),),
        )
        return self.on_ticket(data, actor=AGENT)

    def opened(self) -> list[Event]:
        """What router says, decided by a rule whose name is history."""
        events = [replace(one, envelope=replace(one.envelope, decided_by=_rule())) for one in super().opened()]
        return [_told_by_a_rule(one) for one in events]

    def clock(self, kind: type[sla.ClockEvent], **given: Any) -> sla.ClockEvent:
        """Clocks of a policy with a name of its own."""
        return super().clock(kind, **({"policy": canary("clocks")} | given))

    def delivery(self, kind: type[deliveries.DeliveryEvent], **given: Any) -> deliveries.DeliveryEvent:
        """Deliveries that fail and are sent with words of their own."""
        words = {name: canary("deliveries") for name in given if name in {"error", "mail_message_id"}}
        return super().delivery(kind, **(given | words))

    def received(self) -> Event:
        """The message that began it."""
        event = super().received()
        assert isinstance(event.data, messages.MessageReceived)
        return replace(event, data=event.data.model_copy(update={"source": canary("history")}))

    def all(self) -> list[Event]:
        """Everything."""
        return [*super().all(), self.noted()]


def _rule() -> tuple[DecidedBy, ...]:
    return (DecidedBy("RoutingRule", canary("history"), 1),)


def _told_by_a_rule(event: Event) -> Event:
    if not isinstance(event.data, tickets.TicketClassified):
        return event
    trace = event.data.trace[0].model_copy(update={"rule": canary("history"), "effects": (canary("category"),)})
    return replace(event, data=event.data.model_copy(update={"trace": (trace,), "category": canary("category")}))


def _file(sha256: str) -> Attachment:
    return Attachment(name="file", content_type="text/plain", size=1, sha256=sha256)
