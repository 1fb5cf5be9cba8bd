"""SlaPolicy: how soon what must happen. The policy with the lowest `order` whose `when` holds is in force.

A target is a span by priority, `"*"` for the others; a priority without one has no deadline. Hours count by the
calendar where the policy names one, unless the target says `time: calendar`; working days always do. `milestones` are
targets of the owner's own: from the first of some events or states to the first of others. `warn` lists shares of the
target (`80%`) and spans before its end (`-15m`). `escalate` says who hears, and what happens, so long after the
deadline. A metric's clock rests in the states that `pause_in` lists, and while `pause_when` holds. A policy
`about: team` promises `ownership` only, how long one team may have a ticket, beside the policy that is about the
ticket; it counts by the team's own calendar.

Example:

    kind: SlaPolicy
    metadata: {name: gold, title: {zh: 金牌服务, en: Gold}}
    spec:
      order: 1
      when: ticket.organisation.tier == "gold"
      calendar: office
      targets:
        first_response: {urgent: 15m, high: 30m, normal: 2h, low: 8h, time: working}
        next_response: {"*": 4h}
        resolution: {urgent: 4h, high: 1 working day, "*": 3 working days}
        periodic_update: {urgent: 1h}
      milestones:
        dispatched: {from: [TicketOpened], to: ["status:on_site"], within: {urgent: 2h, "*": 1 working day}}
      pause_in: {resolution: [waiting, "status:at_supplier"]}
      warn: [50%, 80%, -15m]
      escalate:
        - {after: 0m, notify: [assignee, lead], then: [{raise_priority: 1}]}
        - {after: 2h, notify: [{manager_level: 2}, {channel: ops-chat}]}
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from gongdan.shared.contracts.messages import PRIORITIES, Priority
from gongdan.shared.contracts.registry import PAYLOADS
from gongdan.shared.contracts.sla import Metric
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.definitions.base import Kind, Name, Strict
from gongdan.shared.definitions.effects import ActionList
from gongdan.shared.definitions.expressions import TicketCondition
from gongdan.shared.definitions.names import CalendarName
from gongdan.shared.definitions.spans import WORKING_DAY, Span, SpanValue, parse_duration
from gongdan.shared.definitions.variables import PLACES
from gongdan.shared.definitions.who import Recipient
from gongdan.shared.errors import Complaint

VARIABLES = PLACES["ticket"]
EVENTS = frozenset(event.__name__ for event in PAYLOADS[Topic.TICKETS])
Promise = Literal["first_response", "next_response", "periodic_update", "resolution", "ownership"]
Time = Literal["working", "calendar"]
Threshold = Annotated[str, StringConstraints(pattern=r"^(\d{1,2}(\.\d+)?%|-\d+(\.\d+)?[smhd])$", max_length=20)]
Status = Annotated[str, StringConstraints(pattern=r"^status:[a-z0-9][a-z0-9._-]{0,62}$")]
Rest = StatusCategory | Status
# What can be done to a ticket when a level of escalation is reached; router has a step for each.
ESCALATION_ACTIONS = frozenset(
    {"raise_priority", "set_priority", "assign_team", "assign_agent", "release", "start_process"}
)
RestList = Annotated[list[Rest], Field(max_length=50)]


def _is_event(name: str) -> str:
    if ":" not in name and name not in EVENTS:
        raise ValueError(
            f"no ticket has such an event; write status:…, category:… or one of {', '.join(sorted(EVENTS))}"
        )
    return name


MOMENT = r"^([A-Z][A-Za-z]{1,40}|status:[a-z0-9][a-z0-9._-]{0,62}|category:(new|open|waiting|resolved|closed))$"
Moment = Annotated[str, StringConstraints(pattern=MOMENT), AfterValidator(_is_event)]
MomentList = Annotated[list[Moment], Field(min_length=1, max_length=20)]


class Target(Strict):
    """How soon, by priority."""

    urgent: Span | None = Field(default=None, description="For urgent tickets.")
    high: Span | None = Field(default=None, description="For those of high priority.")
    normal: Span | None = Field(default=None, description="For those of normal priority.")
    low: Span | None = Field(default=None, description="For those of low priority.")
    others: Span | None = Field(default=None, alias="*", description="For every other priority.")
    time: Time | None = Field(
        default=None, description="Whether hours count by the Calendar, or all do; working if the policy names one."
    )

    def of(self, priority: Priority) -> SpanValue | None:
        """The target for a priority."""
        own: SpanValue | None = getattr(self, priority)
        return own or self.others

    def spans(self) -> list[SpanValue]:
        """All targets there are."""
        found = (self.urgent, self.high, self.normal, self.low, self.others)
        return [span for span in found if span is not None]


class Milestone(Strict):
    """From one event or state to another."""

    begins: MomentList = Field(
        alias="from", description="The clock starts with the first: events, status:…, category:…."
    )
    ends: MomentList = Field(alias="to", description="It is met by the first of these.")
    within: Target = Field(description="How soon.")
    pause_in: RestList = Field(default=["waiting"], description="The states in which its clock rests.")


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
    about: Literal["ticket", "team"] = Field(
        default="ticket", description="What is promised: to the customer, or among teams."
    )
    calendar: CalendarName | None = Field(
        default=None, description="Whose working time counts; else the workspace's, of ownership the team's."
    )
    targets: dict[Promise, Target] = Field(max_length=10, description="What is promised, by metric.")
    milestones: dict[Name, Milestone] = Field(default={}, max_length=20, description="Further promises, by name.")
    counts_from: Literal["creation", "matching"] = Field(
        default="creation", description="From when a clock counts that ran before the policy came to apply."
    )
    earlier_pauses: Literal["left_out", "counted"] = Field(
        default="left_out", description="Whether it counts the pauses it made before that."
    )
    pause_in: dict[Promise, RestList] = Field(
        default={"resolution": ["waiting"], "next_response": ["waiting"]},
        max_length=10,
        description="The states, or categories of states, in which a metric's clock rests.",
    )
    pause_when: dict[Promise, TicketCondition] = Field(
        default={}, max_length=10, description="A metric's clock rests while this holds, too."
    )
    warn: list[Threshold] = Field(default=["80%"], max_length=20, description="When to warn before the deadline.")
    escalate: list[Escalation] = Field(default=[], max_length=20, description="What happens after the deadline.")

    def working(self, target: Target) -> bool:
        """Whether a target counts hours by the calendar."""
        return target.time == "working" or (target.time is None and self.calendar is not None)

    def doubts(self) -> Iterator[Complaint]:
        """Working time of nobody's in particular, warnings no target is long enough for, actions that nobody does."""
        yield from self._idle_actions()
        promises = [
            *self.targets.items(),
            *((f"milestones.{name}", one.within) for name, one in self.milestones.items()),
        ]
        for name, target in promises:
            if self.calendar is None and target.time == "working":
                yield Complaint(
                    f"targets.{name}".replace("targets.milestones", "milestones"),
                    "counts working time, and the policy names no calendar",
                    "name one, or see that the workspace does: without any, all hours count",
                )
        longest = max((span.approximate for _, target in promises for span in target.spans()), default=None)
        for nth, warning in enumerate(self.warn):
            if longest is not None and warning.startswith("-") and parse_duration(warning[1:]) >= longest:
                yield Complaint(
                    f"warn.{nth}", "is not before the end of any target", "make it shorter, or leave it out"
                )

    def _idle_actions(self) -> Iterator[Complaint]:
        for nth, level in enumerate(self.escalate):
            idle = sorted({name for action in level.then for name in action.model_fields_set} - ESCALATION_ACTIONS)
            if idle:
                cure = f"use {', '.join(sorted(ESCALATION_ACTIONS))}"
                yield Complaint(f"escalate.{nth}.then", f"nobody carries out {', '.join(idle)} at an escalation", cure)

    @model_validator(mode="after")
    def _no_answer_after_the_end(self) -> "SlaPolicy":
        first, last = self.targets.get("first_response"), self.targets.get("resolution")
        for priority in PRIORITIES if first and last else ():
            answer, end = (first and first.of(priority)), (last and last.of(priority))
            if answer and end and first and last and _later(answer, end, (self.working(first), self.working(last))):
                raise ValueError(
                    f"for priority {priority} the first response ({answer}) comes after the resolution is due ({end}); "
                    "make it shorter, or let both count by the same time"
                )
        return self

    @model_validator(mode="after")
    def _teams_promise_ownership(self) -> "SlaPolicy":
        others = sorted({*self.targets, *(f"milestones.{name}" for name in self.milestones)} - {"ownership"})
        if self.about == "team" and others:
            raise ValueError(f"a policy about teams promises ownership only; put {', '.join(others)} into another")
        return self


def _later(answer: SpanValue, end: SpanValue, working: tuple[bool, bool]) -> bool:
    """Whether an answer is due after the end in every calendar: working time never passes faster than all time."""
    if answer.working_days:
        return bool(end.working_days) and answer.working_days > end.working_days
    if end.working_days:
        return working[0] and answer.time > end.working_days * WORKING_DAY
    return answer.time > end.time and working != (False, True)
