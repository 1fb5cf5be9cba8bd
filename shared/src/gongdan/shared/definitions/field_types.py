"""The fields of a workspace's tickets, as conditions see them: `fields.<name>`, each with the type its forms give it.

A workspace has the fields of its own forms and of those that all share. What belongs to no workspace sees the fields of
all forms, but for those that two workspaces understand differently.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import FormField, form_fields
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.typed_values import fit

PREFIX = "fields."


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two forms that give one field different types: the one that is asked about, and the other."""

    field: str
    form: str
    kind: str
    other_form: str
    other_kind: str


@dataclass(frozen=True, slots=True)
class FieldTypes:
    """Variables by name, and where forms disagree; a field on which they do has no variable."""

    variables: Mapping[str, str] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()


def field_types(forms: Iterable[tuple[Definition, Form]]) -> FieldTypes:
    """The variables that these forms give."""
    first: dict[str, tuple[str, FormField]] = {}
    conflicts: list[Conflict] = []
    for item, form in forms:
        for one in form_fields(form):
            name, other = first.setdefault(one.name, (item.name, one))
            if other.variables != one.variables:
                conflicts.append(Conflict(one.name, item.name, one.kind, name, other.kind))
    clear = first.keys() - {conflict.field for conflict in conflicts}
    variables = {
        f"{PREFIX}{name}{ending}": kind
        for name, (_, one) in first.items()
        if name in clear
        for ending, kind in one.variables.items()
    }
    return FieldTypes(variables, tuple(conflicts))


def field_values(variables: Mapping[str, str], fields: Mapping[str, object]) -> dict[str, object]:
    """The variables of a ticket: its fields made to fit. `variables` may hold others, which are left out."""
    return {
        name: fit(kind, part_of(fields, name.removeprefix(PREFIX)))
        for name, kind in variables.items()
        if name.startswith(PREFIX)
    }


def part_of(fields: Mapping[str, object], path: str) -> object:
    """The value at `name` or `name.part`, None where there is none."""
    name, _, part = path.partition(".")
    found = fields.get(name)
    if not part:
        return found
    return found.get(part) if isinstance(found, Mapping) else None


@dataclass(slots=True)
class Fields:
    """The field types of every workspace of one catalog, each found when it is first asked for."""

    catalog: Catalog
    _found: dict[str | None, FieldTypes] = field(default_factory=dict)

    def of(self, workspace: str | None) -> FieldTypes:
        """Those of a workspace, or (None) of what belongs to none."""
        if workspace not in self._found:
            self._found[workspace] = field_types(self.catalog.all(Form, workspace))
        return self._found[workspace]
