"""Where definitions have conditions and expressions, and what each may look at.

`Over` is the mark. Reading a definition does not compile them: whoever applies it checks them once (`complaints`), and
the services that use them compile what they use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue

from gongdan.shared.definitions.base import Condition, Expression, Kind, Strict
from gongdan.shared.definitions.conditions import compile, program_of  # noqa: A004 - CEL's own word
from gongdan.shared.definitions.marks import Marked, marked
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.variables import PLACES, Place
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class Over:
    """The value is CEL (or, for a condition, a tree) over the variables of a place."""

    place: Place
    gives: Literal["condition", "value"] = "condition"

    def __get_pydantic_json_schema__(self, core: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:  # noqa: ANN401
        """The schema of the text or tree, with the variables it may look at: for editors."""
        return handler(core) | {"x-cel": self.place}


# Where the fields that forms give are at hand.
WITH_FIELDS: frozenset[Place] = frozenset({"ticket", "message", "event", "process"})
NO_FIELDS: Mapping[str, str] = {}


class JmesPath(Strict):
    """An expression in JMESPath where CEL would do as well. Source: https://jmespath.org"""

    jmespath: Expression = Field(description="JMESPath over the same variables.")


TicketCondition = Annotated[Condition, Over("ticket")]
MessageCondition = Annotated[Condition, Over("message")]
EventCondition = Annotated[Condition, Over("event")]
ProcessCondition = Annotated[Condition, Over("process")]
AccessCondition = Annotated[Condition, Over("access")]
SourceExpression = Annotated[Expression | JmesPath, Over("source", "value")]
AnswerExpression = Annotated[Expression, Over("answer", "value")]


def of(spec: Kind) -> tuple[Marked[Over], ...]:
    """Every condition and expression in a definition, each with its path from `spec`."""
    return tuple(marked(spec, Over, "spec"))


def variables(place: Place, fields: Mapping[str, str]) -> Mapping[str, str]:
    """What there is to look at in a place, where a workspace's forms give these `fields`."""
    return {**PLACES[place], **fields} if place in WITH_FIELDS else PLACES[place]


def complaints(spec: Kind, fields: Mapping[str, str] = NO_FIELDS) -> tuple[Complaint, ...]:
    """What is wrong with the CEL and the trees in a definition, by field, where forms give these `fields`."""
    return tuple(each for found in of(spec) for each in _wrong(found, fields))


def looks_at_fields(spec: Kind) -> bool:
    """Whether anything in a definition may depend on the forms of its workspace."""
    return any(found.mark.place in WITH_FIELDS and "fields." in str(found.value) for found in of(spec))


def _wrong(found: Marked[Over], fields: Mapping[str, str]) -> Iterator[Complaint]:
    known = variables(found.mark.place, fields)
    try:
        if isinstance(found.value, str) and found.mark.gives == "value":
            compile(found.value, known, field=found.path)
        elif isinstance(found.value, str | ConditionTree):
            program_of(found.value, known, field=found.path)
    except FixInput as error:
        yield from error.complaints
