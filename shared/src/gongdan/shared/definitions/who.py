"""Who is meant: a person by role on the ticket, by name, through a team, a role, a manager or a field; or a channel.

One language for approvers, for those who are told, and for those who get work. Nobody found means that the next one
in the list is tried, and the reason is recorded.
"""

from typing import Annotated, Literal

from pydantic import Field

from gongdan.shared.definitions.base import Email, FieldName, Strict
from gongdan.shared.definitions.names import AgentName, ChannelName, RoleName, TeamName

Person = Literal["assignee", "requester", "lead", "on_call", "watchers", "actor"]


class OfTeam(Strict):
    """Everybody in a team."""

    team: TeamName = Field(description="The Team.")


class OnCallOf(Strict):
    """Who is on call in a team."""

    on_call: TeamName = Field(description="The Team.")


class OfRole(Strict):
    """Everybody with a role."""

    role: RoleName = Field(description="The Role.")


class ManagerOf(Strict):
    """The manager of somebody, or a manager further up."""

    manager_of: Literal["assignee", "requester", "actor"] | AgentName = Field(description="Whose manager.")
    level: int = Field(default=1, ge=1, le=10, description="1: the manager, 2: the manager's manager, and so on.")


class ManagerLevel(Strict):
    """A manager of the assignee, by distance."""

    manager_level: int = Field(ge=1, le=10, description="1: the assignee's manager, 2: that one's manager, and so on.")


class InField(Strict):
    """The person named in a field of the ticket."""

    field: FieldName = Field(description="A ticket field that holds a person.")


class ToAddress(Strict):
    """Somebody outside, by mail address."""

    email: Email = Field(description="A mail address.")


class ToChannel(Strict):
    """A group chat or an endpoint."""

    channel: ChannelName = Field(description="The Channel.")


# `lead` is the lead of the ticket's team, `on_call` who is on call in it, `actor` whoever caused the event.
People = Person | AgentName | OfTeam | OnCallOf | OfRole | ManagerOf | ManagerLevel | InField
Recipient = People | ToAddress | ToChannel
PeopleList = Annotated[list[People], Field(min_length=1, max_length=50)]
RecipientList = Annotated[list[Recipient], Field(min_length=1, max_length=50)]
