"""Process: tasks, approvals and branches that a ticket carries, as a tree of blocks.

Blocks run one after the other; a branch runs the first case that holds, a parallel block its flows side by side. A tree
is always well-formed: nothing can be drawn that cannot end. A running process keeps the version it began with. Limits:
MOST_BLOCKS blocks, DEEPEST flows within each other; names of blocks are unique.

Example:

    kind: Process
    metadata: {name: repair, workspace: maintenance, title: {zh: 报修, en: Repair}}
    spec:
      start: {when: ticket.form == "repair"}
      flow:
        - {id: accept, type: task, who: {team: field}, within: 30m, form: acceptance}
        - id: parts
          type: branch
          cases:
            - when: fields.parts_cost > 5000
              flow:
                - id: sign
                  type: approval
                  mode: all
                  who: [{role: finance}, {manager_of: assignee}]
                  within: 1 working day
                  on_timeout: urge
                  on_reject: {send_back_to: accept}
            - else: []
        - {id: confirm, type: task, who: requester, within: 3d, on_timeout: complete}
"""

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import Kind, Scope, Strict, Text
from gongdan.shared.definitions.blocks import Block, Flow, SendBack, inner_flows
from gongdan.shared.definitions.expressions import TicketCondition
from gongdan.shared.definitions.names import CalendarName, RoleName
from gongdan.shared.errors import Complaint

MOST_BLOCKS = 200
DEEPEST = 8


class Start(Strict):
    """What starts it: tickets for which a condition holds as they come, or people with a role."""

    when: TicketCondition | None = Field(default=None, description="Starts it on every new ticket for which it holds.")
    roles: list[RoleName] = Field(default=[], max_length=50, description="Who may start it by hand.")


class Process(Kind):
    """`spec` of kind Process."""

    belongs: ClassVar[Scope] = Scope.EITHER

    description: Text | None = Field(default=None, description="What it is for.")
    start: Start = Field(default=Start(), description="What starts it.")
    calendar: CalendarName | None = Field(default=None, description="Whose working days its spans count.")
    flow: Flow = Field(min_length=1, description="Its blocks, one after the other.")

    @property
    def blocks(self) -> list[Block]:
        """All blocks, each before those within it."""
        return [block for _, block in _walk(self.flow, 1)]

    @model_validator(mode="after")
    def _bounded(self) -> "Process":
        found = list(_walk(self.flow, 1))
        if len(found) > MOST_BLOCKS:
            raise ValueError(f"has {len(found)} blocks; use at most {MOST_BLOCKS}, or a process of its own for a part")
        if any(depth > DEEPEST for depth, _ in found):
            raise ValueError(f"more than {DEEPEST} flows are within each other")
        ids = [block.id for _, block in found]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: each id may be used once")
        _check_ways_back(self.blocks)
        return self

    def doubts(self) -> Iterator[Complaint]:
        """A process that nothing starts."""
        if self.start.when is None and not self.start.roles:
            yield Complaint("start", "nothing starts it by itself", "set start.when, or start it by an effect")


def _walk(flow: list[Block], depth: int) -> Iterator[tuple[int, Block]]:
    for block in flow:
        yield depth, block
        for inner in inner_flows(block):
            yield from _walk(inner, depth + 1)


def _check_ways_back(blocks: list[Block]) -> None:
    """Raises ValueError when something is to be sent back to a block that is not there or does not come before."""
    before: set[str] = set()
    for block in blocks:
        back = getattr(block, "on_reject", None)
        if isinstance(back, SendBack) and back.send_back_to not in before:
            raise ValueError(f"{block.id} sends back to {back.send_back_to!r}, which does not come before it")
        before.add(block.id)
