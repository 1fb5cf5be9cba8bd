"""Workflow: the states a ticket can be in, and the ways from one to another.

Each state is of one category, which is what clocks and reports look at. A transition is one button: it may need a role,
filled fields, a comment, or a condition to hold, and may have effects. Limits: a ticket is in one state at a time; what
several people do side by side is for a Process.

Example:

    kind: Workflow
    metadata: {name: repair, workspace: maintenance, title: {zh: 维修, en: Repair}}
    spec:
      states:
        new: {category: new, title: {zh: 新建, en: New}}
        accepted: {category: open}
        on_site: {category: open}
        done: {category: resolved}
        closed: {category: closed}
      transitions:
        accept: {from: new, to: accepted, roles: [engineer], effects: [{take: true}]}
        arrive: {from: accepted, to: on_site, when: ticket.assignee != null}
        finish: {from: [accepted, on_site], to: done, requires: [solution]}
        close: {from: done, to: closed}
        reopen: {from: [done, closed], to: accepted, comment: true}
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.definitions.base import FieldName, Kind, Name, Strict, Text
from gongdan.shared.definitions.effects import ActionList
from gongdan.shared.definitions.expressions import TicketCondition
from gongdan.shared.definitions.names import RoleName
from gongdan.shared.errors import Complaint

MOST_STATES = 50
MOST_TRANSITIONS = 200
StateList = Annotated[list[Name], Field(min_length=1, max_length=MOST_STATES)]


class State(Strict):
    """One state."""

    category: StatusCategory = Field(description="What it counts as.")
    title: Text | None = Field(default=None, description="What people read; the name where it is left out.")
    customer_title: Text | None = Field(default=None, description="What customers read instead.")


class Transition(Strict):
    """One way from states to a state."""

    from_: Name | StateList = Field(alias="from", description="Where it can be gone from.")
    to: Name = Field(description="Where it leads.")
    title: Text | None = Field(default=None, description="What the button says.")
    roles: list[RoleName] = Field(
        default=[], max_length=50, description="Who may; anybody who may Transition if empty."
    )
    when: TicketCondition | None = Field(default=None, description="Must hold.")
    requires: list[FieldName] = Field(default=[], max_length=50, description="Fields that must be filled.")
    comment: bool = Field(default=False, description="Whether a comment must be written.")
    effects: ActionList = Field(default=[], description="What else it does.")

    @property
    def sources(self) -> list[str]:
        """The states it can be gone from."""
        return [self.from_] if isinstance(self.from_, str) else self.from_


class Workflow(Kind):
    """`spec` of kind Workflow. New tickets begin in `initial`, else in the first state of category new."""

    description: Text | None = Field(default=None, description="What it is for.")
    states: dict[Name, State] = Field(min_length=1, max_length=MOST_STATES, description="State by name.")
    initial: Name | None = Field(default=None, description="Where new tickets begin.")
    transitions: dict[Name, Transition] = Field(
        default={}, max_length=MOST_TRANSITIONS, description="Transition by name."
    )

    @property
    def first(self) -> str:
        """Where new tickets begin."""
        new = (name for name, state in self.states.items() if state.category == "new")
        return self.initial or next(new, next(iter(self.states)))

    @model_validator(mode="after")
    def _leads_to_states(self) -> "Workflow":
        named = [("initial", self.initial)] if self.initial else []
        for name, way in self.transitions.items():
            named += [(f"transitions.{name}", state) for state in (*way.sources, way.to)]
        wrong = [f"{where} names {state!r}" for where, state in named if state not in self.states]
        if wrong:
            raise ValueError(f"{'; '.join(wrong)}; states are: {', '.join(self.states)}")
        return self

    def doubts(self) -> Iterator[Complaint]:
        """States that cannot be reached from the first one, and states other than closed ones that cannot be left."""
        reached = self._reached()
        left = {state for way in self.transitions.values() for state in way.sources if state != way.to}
        for name, state in self.states.items():
            if name not in reached:
                yield Complaint(f"states.{name}", "cannot be reached", f"add a transition to {name}")
            if name not in left and state.category != "closed":
                yield Complaint(f"states.{name}", "cannot be left", f"add a transition from {name}")

    def _reached(self) -> set[str]:
        reached, pending = {self.first}, [self.first]
        while pending:
            state = pending.pop()
            fresh = {way.to for way in self.transitions.values() if state in way.sources} - reached
            reached |= fresh
            pending += fresh
        return reached
