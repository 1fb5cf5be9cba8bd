"""NotificationRule: who hears of an event, by which way, in which words, at once or folded together.

Everybody is told once per event however many rules say so. `fold` keeps what comes within a window for one message;
the window begins with the first event. Limits: a rule only adds to what the product says by itself (acknowledgements,
replies, assignments).

Example:

    kind: NotificationRule
    metadata: {name: breach, title: {zh: 超时通知, en: Breached deadline}}
    spec:
      event: DeadlineBreached
      when: ticket.priority in ["high", "urgent"]
      to: [assignee, lead, {channel: ops-chat}]
      via: [email, dingtalk]
      template: breach
      mode: now
      fold: {window: 10m, by: [recipient, channel]}
"""

from typing import Annotated, Literal

from pydantic import Field

from gongdan.shared.definitions.base import Kind, Strict
from gongdan.shared.definitions.expressions import EventCondition
from gongdan.shared.definitions.names import CalendarName, TemplateName
from gongdan.shared.definitions.schedule import Schedule
from gongdan.shared.definitions.spans import Duration
from gongdan.shared.definitions.vocabulary import EventName, Way
from gongdan.shared.definitions.who import RecipientList

EventList = Annotated[list[EventName], Field(min_length=1, max_length=50)]


class Fold(Strict):
    """Several events in one message."""

    window: Duration = Field(description="How long to collect, from the first event on.")
    by: list[Literal["recipient", "channel", "ticket", "event", "cause"]] = Field(
        default=["recipient", "channel"], min_length=1, max_length=5, description="What must be the same."
    )
    most: int = Field(default=50, ge=1, le=1_000, description="How many one message lists; the rest is counted.")


class NotificationRule(Kind):
    """`spec` of kind NotificationRule."""

    active: bool = Field(default=True, description="Whether it says anything at all.")
    event: EventName | EventList = Field(description="The event or events.")
    when: EventCondition = Field(default="true", description="Holds for the events it is about.")
    to: RecipientList = Field(description="Who hears of it.")
    via: list[Way] = Field(default=["email"], min_length=1, max_length=10, description="Ways, the best first.")
    template: TemplateName = Field(description="The Template that says what.")
    mode: Literal["now", "digest"] = Field(default="now", description="At once, or collected for fixed times.")
    every: Schedule = Field(default="working day 08:00", description="For digests: when they are sent.")
    calendar: CalendarName | None = Field(default=None, description="Told only while it is open; urgent always.")
    fold: Fold | None = Field(default=None, description="Several events in one message.")
