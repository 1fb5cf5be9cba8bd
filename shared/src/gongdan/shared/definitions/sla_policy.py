"""SlaPolicy: how soon what must happen. The policy with the lowest `order` whose `when` holds is in force.

A target is a span by priority, `"*"` for the others; a priority without one has no deadline. `warn` lists shares of the
target (`80%`) and spans before its end (`-15m`). `escalate` says who hears, and what happens, so long after the
deadline. `pause_in` lists the state categories in which a metric's clock rests.

Example:

    kind: SlaPolicy
    metadata: {name: gold, title: {zh: 金牌服务, en: Gold}}
    spec:
      order: 1
      when: '"gold" in ticket.tags'
      calendar: office
      targets:
        first_response: {urgent: 15m, high: 30m, normal: 2h, low: 8h, time: working}
        next_response: {"*": 4h}
        resolution: {urgent: 4h, high: 1 working day, "*": 3 working days}
      pause_in: {resolution: [waiting]}
      warn: [50%, 80%, -15m]
      escalate:
        - {after: 0m, notify: [assignee, lead], then: [{raise_priority: 1}]}
        - {after: 2h, notify: [{manager_level: 2}, {channel: ops-chat}]}
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.definitions.base import Kind, Strict
from gongdan.shared.definitions.effects import ActionList
from gongdan.shared.definitions.expressions import TicketCondition
from gongdan.shared.definitions.names import CalendarName
from gongdan.shared.definitions.spans import Span, SpanValue
from gongdan.shared.definitions.variables import PLACES
from gongdan.shared.definitions.who import Recipient

VARIABLES = PLACES["ticket"]
Threshold = Annotated[str, StringConstraints(pattern=r"^(\d{1,2}(\.\d+)?%|-\d+(\.\d+)?[smhd])$", max_length=20)]


class Target(Strict):
    """How soon, by priority."""

    urgent: Span | None = Field(default=None, description="For urgent tickets.")
    high: Span | None = Field(default=None, description="For those of high priority.")
    normal: Span | None = Field(default=None, description="For those of normal priority.")
    low: Span | None = Field(default=None, description="For those of low priority.")
    others: Span | None = Field(default=None, alias="*", description="For every other priority.")
    time: Literal["working", "calendar"] = Field(
        default="calendar", description="Whether hours count by the Calendar, or all of them do."
    )

    def of(self, priority: Priority) -> SpanValue | None:
        """The target for a priority."""
        own: SpanValue | None = getattr(self, priority)
        return own or self.others


class Escalation(Strict):
    """One level of escalation."""

    after: Span = Field(description="How long after the deadline; 0m: at once.")
    metrics: list[Metric] = Field(default=[], max_length=10, description="For these only; for all if empty.")
    notify: list[Recipient] = Field(default=[], max_length=50, description="Who hears of it.")
    then: ActionList = Field(default=[], description="What happens to the ticket.")


class SlaPolicy(Kind):
    """`spec` of kind SlaPolicy. `when` is CEL over VARIABLES, or a tree."""

    order: int = Field(default=100, ge=0, le=1_000_000, description="Lower is asked first.")
    when: TicketCondition = Field(default="true", description="Holds for the tickets it is about.")
    calendar: CalendarName | None = Field(default=None, description="Whose working time counts; else the workspace's.")
    targets: dict[Metric, Target] = Field(max_length=10, description="What is promised, by metric.")
    pause_in: dict[Metric, Annotated[list[StatusCategory], Field(max_length=5)]] = Field(
        default={"resolution": ["waiting"], "next_response": ["waiting"]},
        max_length=10,
        description="The categories of states in which a metric's clock rests.",
    )
    warn: list[Threshold] = Field(default=["80%"], max_length=20, description="When to warn before the deadline.")
    escalate: list[Escalation] = Field(default=[], max_length=20, description="What happens after the deadline.")

    @model_validator(mode="after")
    def _no_answer_after_the_end(self) -> "SlaPolicy":
        first, last = self.targets.get("first_response"), self.targets.get("resolution")
        for priority in ("urgent", "high", "normal", "low"):
            answer, end = (first and first.of(priority)), (last and last.of(priority))
            if answer and end and not answer.working_days and not end.working_days and answer.time > end.time:
                raise ValueError(f"for priority {priority} the first response may come after the resolution is due")
        return self
