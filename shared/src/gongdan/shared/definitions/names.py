"""The names of other definitions, as fields have them: each type says which kind it names, and that is checked.

`Refers` is the mark; `references` reads it.
"""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from gongdan.shared.definitions.base import Name


@dataclass(frozen=True, slots=True)
class Refers:
    """The text is the name of a definition of `kind`.

    `acyclic`: following such names must never lead back. `keyword`: the value is no name but free data, in which
    every text under this key, and in every list under it, is one.
    """

    kind: str
    acyclic: bool = False
    keyword: str | None = None

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:  # noqa: ANN401
        """The schema of the text, with the kind it names: for editors that complete names."""
        return handler(core) | ({"x-refers": self.kind} if self.keyword is None else {})


AgentName = Annotated[Name, Refers("Agent")]
CalendarName = Annotated[Name, Refers("Calendar")]
CategoryName = Annotated[Name, Refers("Category")]
ChannelName = Annotated[Name, Refers("Channel")]
DashboardName = Annotated[Name, Refers("Dashboard")]
FormName = Annotated[Name, Refers("Form")]
MailboxName = Annotated[Name, Refers("Mailbox")]
ProcessName = Annotated[Name, Refers("Process")]
ReportName = Annotated[Name, Refers("Report")]
RoleName = Annotated[Name, Refers("Role")]
SurveyName = Annotated[Name, Refers("Survey")]
TeamName = Annotated[Name, Refers("Team")]
TemplateName = Annotated[Name, Refers("Template")]
WorkflowName = Annotated[Name, Refers("Workflow")]
WorkspaceName = Annotated[Name, Refers("Workspace")]
