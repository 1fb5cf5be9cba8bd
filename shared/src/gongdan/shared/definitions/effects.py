"""What automations, escalations and transitions do to a ticket: one list of effects for all of them.

Each item is a mapping with one or more of the fields; those that are set take effect, in the order of the list.
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, model_validator

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions.base import FieldName, Name, Strict, Tag, Text
from gongdan.shared.definitions.names import (
    AgentName,
    CategoryName,
    ChannelName,
    ProcessName,
    SurveyName,
    TeamName,
    TemplateName,
)
from gongdan.shared.definitions.spans import Span
from gongdan.shared.definitions.who import RecipientList


class Notice(Strict):
    """A message to people or channels."""

    to: RecipientList = Field(description="Who hears of it.")
    template: TemplateName = Field(description="The Template that says what.")


class Action(Strict):
    """One thing that is done; exactly the fields that are set take effect."""

    set_priority: Priority | None = Field(default=None, description="Make it this urgent.")
    raise_priority: int | None = Field(default=None, ge=1, le=3, description="Make it so many steps more urgent.")
    set_category: CategoryName | None = Field(default=None, description="Put it into this Category.")
    set_fields: dict[FieldName, JsonValue] = Field(default={}, max_length=50, description="Field to its new value.")
    add_tags: list[Tag] = Field(default=[], max_length=50, description="Mark it.")
    remove_tags: list[Tag] = Field(default=[], max_length=50, description="Take marks away.")
    assign_team: TeamName | None = Field(default=None, description="Give it to this Team.")
    assign_agent: AgentName | Literal["lead", "on_call", "actor"] | None = Field(
        default=None, description="Give it to somebody; lead and on_call are those of its team."
    )
    take: Literal[True] | None = Field(default=None, description="Give it to whoever did this.")
    release: Literal[True] | None = Field(default=None, description="Give it back to its team.")
    transition: Name | None = Field(default=None, description="Go through this transition of its Workflow.")
    snooze: Span | None = Field(default=None, description="Hide it for so long.")
    reply: TemplateName | None = Field(default=None, description="Answer the requester with this Template.")
    note: Text | None = Field(default=None, description="Write something only agents see.")
    notify: Notice | None = Field(default=None, description="Tell somebody.")
    post_to: ChannelName | None = Field(default=None, description="Say it in this Channel.")
    send_survey: SurveyName | None = Field(default=None, description="Ask the requester with this Survey.")
    start_process: ProcessName | None = Field(default=None, description="Start this Process on it.")

    @model_validator(mode="after")
    def _does_something(self) -> "Action":
        if not self.model_fields_set:
            raise ValueError("does nothing; set at least one field")
        return self


ActionList = Annotated[list[Action], Field(max_length=50)]
