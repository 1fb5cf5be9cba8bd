"""Agent: somebody who works on tickets.

The name is what other definitions and the history call the agent; it should never be given to another person. An agent
who leaves is made inactive, not deleted. Somebody who works in several workspaces with other roles in each has one
definition in each. Limits: how they sign in is not here: no password or token ever is.

Example:

    kind: Agent
    metadata: {name: engineer-1}
    spec:
      display: 工程师一号
      email: engineer-1@example.com
      locale: zh
      teams: [field]
      skills: {hvac: 3, zh: 5, en: 2}
      manager: dispatcher-1
      roles: [engineer]
      ids: {dingtalk: manager4220, wecom: engineer-1}
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gongdan.shared.definitions.base import Email, Kind, Name
from gongdan.shared.definitions.names import CalendarName, Refers, RoleName, TeamName
from gongdan.shared.definitions.vocabulary import Locale, Timezone

Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{5,14}$")]
ForeignId = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Level = Annotated[int, Field(ge=1, le=5)]


class Agent(Kind):
    """`spec` of kind Agent."""

    display: str = Field(min_length=1, max_length=200, description="What people read.")
    email: Email | None = Field(default=None, description="Where notices go.")
    phone: Phone | None = Field(default=None, description="E.164, for instance +8613800000000.")
    active: bool = Field(default=True, description="Whether they get work and may do anything.")
    locale: Locale | None = Field(default=None, description="The language of their notices.")
    timezone: Timezone | None = Field(default=None, description="IANA time zone of the times in their notices.")
    teams: list[TeamName] = Field(default=[], max_length=100, description="Teams they are in, besides as a member.")
    skills: dict[Name, Level] = Field(default={}, max_length=100, description="Skill to level, 1 to 5.")
    manager: Annotated[Name, Refers("Agent", acyclic=True)] | None = Field(
        default=None, description="Who signs for them and hears when they are late."
    )
    roles: list[RoleName] = Field(default=[], max_length=50, description="What they may do.")
    calendar: CalendarName | None = Field(default=None, description="When they work, where not as their team does.")
    ids: dict[Literal["dingtalk", "wecom", "feishu", "slack", "sms", "directory"], ForeignId] = Field(
        default={}, max_length=20, description="Who they are elsewhere."
    )
