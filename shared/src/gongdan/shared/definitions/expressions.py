"""Where definitions have conditions and expressions, and what each may look at.

`Over` is the mark. Reading a definition does not compile them: whoever applies it checks them once (`complaints`), and
the services that use them compile what they use.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from gongdan.shared.definitions.base import Condition, Expression, Kind
from gongdan.shared.definitions.conditions import compile, compile_condition  # noqa: A004 - CEL's own word
from gongdan.shared.definitions.marks import Marked, marked
from gongdan.shared.definitions.variables import PLACES, Place
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class Over:
    """The value is CEL (or, for a condition, a tree) over the variables of a place."""

    place: Place
    gives: Literal["condition", "value"] = "condition"

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """The schema of the text or tree, with the variables it may look at: for editors."""
        return handler(core) | {"x-cel": self.place}


TicketCondition = Annotated[Condition, Over("ticket")]
MessageCondition = Annotated[Condition, Over("message")]
EventCondition = Annotated[Condition, Over("event")]
ProcessCondition = Annotated[Condition, Over("process")]
AccessCondition = Annotated[Condition, Over("access")]
SourceExpression = Annotated[Expression, Over("source", "value")]


def of(spec: Kind) -> tuple[Marked[Over], ...]:
    """Every condition and expression in a definition, each with its path from `spec`."""
    return tuple(marked(spec, Over, "spec"))


def complaints(spec: Kind, places: Mapping[Place, Mapping[str, str]] = PLACES) -> tuple[Complaint, ...]:
    """What is wrong with the CEL in a definition, by field; trees are not looked at."""
    return tuple(each for found in of(spec) for each in _wrong(found, places))


def _wrong(found: Marked[Over], places: Mapping[Place, Mapping[str, str]]) -> Iterator[Complaint]:
    if not isinstance(found.value, str):
        return
    check = compile_condition if found.mark.gives == "condition" else compile
    try:
        check(found.value, places[found.mark.place], field=found.path)
    except FixInput as error:
        yield from error.complaints
