"""Role: what somebody may do, which fields they see or change, and on which tickets.

Everything that is not allowed is denied. Somebody with several roles may do what any one of them allows, on the
tickets that this one covers. `scope` is a condition over `ticket` and `actor`. A field that `fields` does not name
follows `"*"`; without that it is hidden. Agents have the roles that their Agent names; whoever mails in or signs in to
the portal has the role `contact`, whoever is not known `anonymous`. What rights mean in full is in
`gongdan.shared.access`.

Example:

    kind: Role
    metadata: {name: engineer, workspace: maintenance, title: {zh: 工程师, en: Engineer}}
    spec:
      actions: [Reply, AddNote, Take, Transition, CompleteTask]
      fields: {"*": write, cost: read, margin: hide}
      scope: ticket.team in actor.teams || ticket.assignee == actor.id
      definitions: {Article: write, "*": read}
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from gongdan.shared.access.actions import WRITES, Action
from gongdan.shared.definitions.base import Kind, Text
from gongdan.shared.definitions.expressions import AccessCondition
from gongdan.shared.definitions.vocabulary import KindName
from gongdan.shared.errors import Complaint

FieldPattern = Annotated[str, StringConstraints(pattern=r"^(\*|(fields\.)?[A-Za-z_][A-Za-z0-9_]{0,62})$")]
Level = Literal["hide", "read", "write"]


class Role(Kind):
    """`spec` of kind Role."""

    description: Text | None = Field(default=None, description="Who should have it.")
    actions: list[Action | Literal["*"]] = Field(
        default=[], max_length=100, description='What may be done; each command is one button. "*": everything.'
    )
    fields: dict[FieldPattern, Level] = Field(
        default={},
        max_length=500,
        description='What may be done with each field of a ticket; "*": with every other one. `fields.x` is the form '
        "field x.",
    )
    scope: AccessCondition = Field(default="true", description="The tickets it covers; all where it is left out.")
    definitions: dict[KindName | Literal["*"], Level] = Field(
        default={}, max_length=30, description='What may be done with definitions of each kind; "*": of every other.'
    )

    def doubts(self) -> Iterator[Complaint]:
        """Actions whose fields the role does not let anybody write: they would be refused on every ticket."""
        for number, action in enumerate(self.actions):
            changed = sorted(set(WRITES.get(action, {}).values()))
            if changed and not any(self._writes(name) for name in changed):
                problem = f"{action} is allowed, but changes {' and '.join(changed)}, which this role may not write"
                cure = f"add `{changed[0]}: write` to fields, or leave {action} out"
                yield Complaint(f"actions.{number}", problem, cure)

    def _writes(self, name: str) -> bool:
        return self.fields.get(name, self.fields.get("*")) == "write"
