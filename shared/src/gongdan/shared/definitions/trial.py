"""Trying a condition: what is asked, and the answer that screens show. Samples are tried by intake, tickets by api.

Limit: a ticket is tried as it stands and without the message that opened it, so nothing of a `message` is known of it.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WrapValidator, model_validator
from pydantic import ValidatorFunctionWrapHandler as Handler

from gongdan.shared.definitions.base import Condition, Name
from gongdan.shared.definitions.conditions import program_of
from gongdan.shared.definitions.explain import Finding, explain, to_blame
from gongdan.shared.definitions.expressions import variables
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.free import FreeData
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.variables import Place

FIELD = "condition"


def _either(value: object, handler: Handler) -> Any:  # noqa: ANN401 - a text or a ConditionTree
    return ConditionTree.model_validate(value) if isinstance(value, Mapping) else handler(value)


class Trial(BaseModel):
    """A condition and what to try it on: a sample such as `{ticket: {priority: high}, fields: {cost: 5}}`, or the
    number of a ticket, whose workspace then counts. `place` says what the condition may look at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    condition: Annotated[Condition, WrapValidator(_either)]
    workspace: Name | None = None
    place: Place = "message"
    sample: FreeData | None = None
    ticket: str | None = Field(default=None, max_length=64)

    @model_validator(mode="after")
    def _one_thing(self) -> "Trial":
        if (self.sample is None) == (self.ticket is None):
            raise ValueError("give either a sample or the number of a ticket")
        return self


def known(trial: Trial, fields: Fields, workspace: str | None) -> Mapping[str, str]:
    """What the condition can look at."""
    return variables(trial.place, fields.of(workspace).variables)


def tried(trial: Trial, types: Mapping[str, str], values: Mapping[str, object]) -> dict[str, object]:
    """The answer: whether the condition holds (None: it failed), its clauses, those to blame, and it as CEL.

    Raises FixInput when it cannot be used.
    """
    found = explain(trial.condition, types, values, field=FIELD)
    return {
        "holds": found.holds,
        "error": found.error,
        "cel": program_of(trial.condition, types, field=FIELD).expression,
        "clauses": _shown(found),
        "failed": [_shown(one) for one in to_blame(found)],
    }


def _shown(finding: Finding) -> dict[str, object]:
    return dict(_entries(finding))


def _entries(finding: Finding) -> Iterator[tuple[str, object]]:
    yield "clause", finding.clause
    yield "place", finding.place
    yield "holds", finding.holds
    if finding.error:
        yield "error", finding.error
    if finding.joined:
        yield "joined", finding.joined
        yield "parts", [_shown(part) for part in finding.parts]
    else:
        yield "values", dict(finding.values)
