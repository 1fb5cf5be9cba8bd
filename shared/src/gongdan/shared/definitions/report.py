"""Report: a table that can be opened and exported; or a dashboard.

Whoever opens it sees in it what their own roles let them see. `schedule`, `format` and `as` say when, in which form and
with whose sight it is to be sent: they are checked and kept, and nothing sends reports, which applying one tells.

Example:

    kind: Report
    metadata: {name: weekly, title: {zh: 周报, en: Weekly}}
    spec:
      pivot: {rows: [team], columns: [week], measures: [created, resolved, sla_hit], range: 12w}
"""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from gongdan.shared.definitions.base import Kind, Name, Strict, Text
from gongdan.shared.definitions.cards import Pivot
from gongdan.shared.definitions.names import Refers, RoleName
from gongdan.shared.definitions.schedule import Schedule
from gongdan.shared.definitions.who import RecipientList
from gongdan.shared.errors import Complaint


class Sending(Strict):
    """When it is sent, and to whom."""

    every: Schedule = Field(description="When.")
    to: RecipientList = Field(description="To whom.")


class Report(Kind):
    """`spec` of kind Report. `/v1/reports/` has routes of its own by the names that are taken."""

    taken: ClassVar[frozenset[str]] = frozenset({"pivot", "export", "columns"})

    description: Text | None = Field(default=None, description="What it is for.")
    pivot: Pivot | None = Field(default=None, description="The table.")
    dashboard: Annotated[Name, Refers("Dashboard", acyclic=True)] | None = Field(
        default=None, description="The Dashboard, in place of a table."
    )
    roles: list[RoleName] = Field(default=[], max_length=50, description="Who can open it; all agents if empty.")
    as_: RoleName | None = Field(
        default=None, alias="as", description="The Role whose sight people outside are to get."
    )
    schedule: Sending | None = Field(
        default=None, description="When it is to be sent, and to whom; kept, and nothing sends it."
    )
    format: Literal["xlsx", "csv", "pdf", "html"] = Field(default="xlsx", description="What is to be sent.")

    def doubts(self) -> Iterator[Complaint]:
        """What is about sending it: nothing does."""
        for name, field in (("as", "as_"), ("schedule", "schedule"), ("format", "format")):
            if field in self.model_fields_set:
                yield Complaint(
                    name, "is kept, but nothing sends reports", "open it at /v1/reports/, or leave this out"
                )

    @model_validator(mode="after")
    def _one_of_two(self) -> "Report":
        if (self.pivot is None) == (self.dashboard is None):
            raise ValueError("show either a pivot or a dashboard")
        return self
