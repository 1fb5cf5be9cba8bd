"""Which fields of a form are shown, given what is filled in so far. The browser asks the same of the same trees.

A field that is not shown counts as not filled in, whatever was sent for it; so what depends on it may go as well.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from gongdan.shared.definitions.field_types import part_of
from gongdan.shared.definitions.form_fields import FormField
from gongdan.shared.definitions.tree import ConditionTree, fields_of
from gongdan.shared.definitions.tree_check import Group, check_tree
from gongdan.shared.definitions.tree_holds import holds
from gongdan.shared.definitions.typed_values import fit
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.problems import complaints_of

CONDITION = "x-visible-when"


@dataclass(frozen=True, slots=True)
class Shown:
    """When a field is shown. `variables` are those the condition looks at."""

    field: str
    group: Group
    variables: Mapping[str, str]

    @property
    def depends_on(self) -> frozenset[str]:
        """The fields it looks at."""
        return frozenset(name.partition(".")[0] for name in self.variables)

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether the field is shown."""
        return holds(self.group, {name: fit(kind, part_of(answers, name)) for name, kind in self.variables.items()})


@dataclass(frozen=True, slots=True)
class Visibility:
    """The conditions of a form, each after those it depends on."""

    conditions: tuple[Shown, ...] = ()

    def hidden(self, answers: Mapping[str, object]) -> frozenset[str]:
        """The fields that are not shown."""
        left, hidden = dict(answers), set()
        for shown in self.conditions:
            if not shown.holds(left):
                left.pop(shown.field, None)
                hidden.add(shown.field)
        return frozenset(hidden)


def visibility_of(fields: Iterable[FormField], path: str = "spec.schema.properties") -> Visibility:
    """The conditions of these fields. Raises FixInput with all that cannot work, each by its path."""
    given = tuple(fields)
    variables = {f"{one.name}{ending}": kind for one in given for ending, kind in one.variables.items()}
    found: dict[str, Shown] = {}
    wrong: list[Complaint] = []
    for one in given:
        if CONDITION in one.schema:
            try:
                found[one.name] = _shown(one.name, one.schema[CONDITION], variables, f"{path}.{one.name}.{CONDITION}")
            except FixInput as error:
                wrong.extend(error.complaints)
    order = tuple(_ordered(found))
    stuck = sorted(found.keys() - {one.field for one in order})
    why = f"waits for itself, by way of {', '.join(stuck)}"
    wrong.extend(Complaint(f"{path}.{name}.{CONDITION}", why, "break the circle") for name in stuck)
    if wrong:
        raise FixInput("invalid-definition", "a condition of the form cannot work", *wrong)
    return Visibility(order)


def _shown(name: str, raw: Any, variables: Mapping[str, str], path: str) -> Shown:  # noqa: ANN401 - any JSON
    try:
        tree = ConditionTree.model_validate(raw)
    except ValidationError as error:
        raise FixInput("invalid-definition", "no condition tree", *complaints_of(error, path)) from error
    group = check_tree(tree, variables, field=path)
    return Shown(name, group, {one: variables[one] for one in fields_of(tree)})


def _ordered(conditions: Mapping[str, Shown]) -> Iterator[Shown]:
    """Each after those that it depends on; those that wait for each other are left out."""
    waiting = dict(conditions)
    while ready := [one for one in waiting.values() if not one.depends_on & waiting.keys()]:
        for one in ready:
            del waiting[one.field]
        yield from ready
