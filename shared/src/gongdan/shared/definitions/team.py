"""Team: a group that owns work, and how it gives it out.

Members are agents; an agent may also name the team itself. The order of `members` is the order of turns. With a
strategy of `none` work waits in the team until somebody takes it.

Example:

    kind: Team
    metadata: {name: field, workspace: maintenance, title: {zh: 现场服务组, en: Field service}}
    spec:
      members: [engineer-1, engineer-2]
      lead: dispatcher-1
      assignment: {strategy: skills, capacity: 8, sticky: true, take_within: 30m}
      calendar: office
      on_call:
        rota: [engineer-1, engineer-2]
        first: "2026-01-05"
        timezone: Asia/Shanghai
        swaps: [{from: "2026-10-01", to: "2026-10-03", agent: dispatcher-1}]
"""

from typing import Literal

from pydantic import Field

from gongdan.shared.definitions.base import Email, Kind, Strict, Text
from gongdan.shared.definitions.names import AgentName, CalendarName
from gongdan.shared.definitions.on_call import OnCall
from gongdan.shared.definitions.spans import Duration


class Assignment(Strict):
    """How a team gives out its work."""

    strategy: Literal["round_robin", "load", "skills", "none"] = Field(
        default="round_robin",
        description="In turn; to whom has least; to whom has the skills, then least; or to nobody by itself.",
    )
    capacity: int | None = Field(default=None, ge=1, le=1_000, description="Open tickets an agent gets at most.")
    sticky: bool = Field(default=False, description="Whether a requester's next ticket goes to the same agent.")
    take_within: Duration | None = Field(
        default=None, description="An agent who does not begin within this loses the ticket to the next one."
    )


class Team(Kind):
    """`spec` of kind Team. Members are names of Agents, in roster order."""

    description: Text | None = Field(default=None, description="What it is there for.")
    members: list[AgentName] = Field(default=[], max_length=2_000, description="Its agents, in the order of turns.")
    lead: AgentName | None = Field(default=None, description="Who hears first when something is late.")
    assignment: Assignment = Field(default=Assignment(), description="How it gives out its work.")
    calendar: CalendarName | None = Field(default=None, description="When it works.")
    on_call: OnCall | None = Field(default=None, description="Who of it is to be reached at any hour.")
    email: Email | None = Field(default=None, description="Where its notices go when they are for all of it.")
