"""Automation: what happens by itself after an event, at once or after a while, or at fixed times.

The condition is asked when the event happens and, where there is a wait, again when it is over; what has changed
meanwhile ends it. One automation acts on one ticket at most `limit` times a day, and what it does does not trigger it
again.

Example:

    kind: Automation
    metadata: {name: close-resolved, workspace: support, title: {zh: 自动关闭, en: Close what is resolved}}
    spec:
      trigger: {event: StatusChanged, to: resolved}
      when: ticket.channel == "email"
      wait: 2 working days
      then: [{send_survey: csat}, {transition: close}]
"""

from typing import Annotated

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import FieldName, Kind, Name, Strict
from gongdan.shared.definitions.effects import ActionList
from gongdan.shared.definitions.expressions import EventCondition
from gongdan.shared.definitions.names import CalendarName
from gongdan.shared.definitions.schedule import Schedule
from gongdan.shared.definitions.spans import Span
from gongdan.shared.definitions.vocabulary import EventName

NameList = Annotated[list[Name], Field(min_length=1, max_length=50)]


class Trigger(Strict):
    """What sets it off: an event, of which more can be said, or a schedule. Exactly one of the two."""

    event: EventName | None = Field(default=None, description="The event.")
    every: Schedule | None = Field(default=None, description="Fixed times; then every open ticket is looked at.")
    from_: Name | NameList | None = Field(default=None, alias="from", description="The state or category before.")
    to: Name | NameList | None = Field(default=None, description="The state or category after.")
    field: FieldName | None = Field(default=None, description="The field that changed.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "Trigger":
        if (self.event is None) == (self.every is None):
            raise ValueError("name either an event or a schedule (every)")
        if self.every is not None and (self.from_, self.to, self.field) != (None, None, None):
            raise ValueError("from, to and field are about an event; a schedule has none")
        return self


class Automation(Kind):
    """`spec` of kind Automation."""

    order: int = Field(default=100, ge=0, le=1_000_000, description="Of several for one event, lower acts first.")
    active: bool = Field(default=True, description="Whether it acts at all.")
    trigger: Trigger = Field(description="What sets it off.")
    when: EventCondition = Field(default="true", description="Holds for the tickets it is about.")
    wait: Span | None = Field(default=None, description="How long to wait before the condition is asked again.")
    calendar: CalendarName | None = Field(default=None, description="Whose working days the wait counts.")
    then: ActionList = Field(min_length=1, description="What it does, in this order.")
    limit: int = Field(default=10, ge=1, le=1_000, description="How often it acts on one ticket in a day, at most.")
