"""Report: a table that can be opened, exported and sent at fixed times; or a dashboard, sent as it stands.

Whoever gets it sees in it what their own roles let them see; people outside get what the roles of `as` let see.

Example:

    kind: Report
    metadata: {name: weekly, title: {zh: 周报, en: Weekly}}
    spec:
      pivot: {rows: [team], columns: [week], measures: [created, resolved, sla_hit], range: 12w}
      schedule: {every: monday 08:00, to: [lead, {role: manager}]}
      format: xlsx
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import Kind, Name, Strict, Text
from gongdan.shared.definitions.cards import Pivot
from gongdan.shared.definitions.names import Refers, RoleName
from gongdan.shared.definitions.schedule import Schedule
from gongdan.shared.definitions.who import RecipientList


class Sending(Strict):
    """When it is sent, and to whom."""

    every: Schedule = Field(description="When.")
    to: RecipientList = Field(description="To whom.")


class Report(Kind):
    """`spec` of kind Report."""

    description: Text | None = Field(default=None, description="What it is for.")
    pivot: Pivot | None = Field(default=None, description="The table.")
    dashboard: Annotated[Name, Refers("Dashboard", acyclic=True)] | None = Field(
        default=None, description="The Dashboard, in place of a table."
    )
    roles: list[RoleName] = Field(default=[], max_length=50, description="Who can open it; all agents if empty.")
    as_: RoleName | None = Field(default=None, alias="as", description="The Role whose sight people outside get.")
    schedule: Sending | None = Field(default=None, description="When it is sent, and to whom.")
    format: Literal["xlsx", "csv", "pdf", "html"] = Field(default="xlsx", description="What is sent.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "Report":
        if (self.pivot is None) == (self.dashboard is None):
            raise ValueError("show either a pivot or a dashboard")
        return self
