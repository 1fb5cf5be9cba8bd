"""Whether a definition can work: its schema compiles, its expressions type-check, its samples give what they expect."""

from collections.abc import Collection, Iterator, Sequence

from gongdan.intake.domain import form_check, source_samples
from gongdan.shared.definitions import expressions
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source
from gongdan.shared.errors import Complaint, FixInput


def complaints(item: Definition, fields: Fields) -> Sequence[Complaint]:
    """Why a definition cannot work where forms give these fields; names that it uses are checked elsewhere."""
    found = [*expressions.complaints(item.spec, fields.of(item.workspace).variables), *_disagreeing(item, fields)]
    if isinstance(item.spec, Form):
        return [*found, *form_check.complaints(item.name, item.spec)]
    try:
        _check(item)
    except FixInput as error:
        found += error.complaints
    # an expression may be found wrong twice, for its type and where it is used
    return list(dict.fromkeys(found))


def dependants(catalog: Catalog, workspaces: Collection[str | None]) -> Iterator[Definition]:
    """What may depend on the forms of these workspaces; None among them: of all."""
    for item in catalog.items.values():
        concerned = None in workspaces or item.workspace is None or item.workspace in workspaces
        if concerned and expressions.looks_at_fields(item.spec):
            yield item


def _disagreeing(item: Definition, fields: Fields) -> Iterator[Complaint]:
    if item.kind != "Form":
        return
    for one in fields.of(item.workspace).conflicts:
        if item.workspace is not None and item.name in (one.form, one.other_form):
            other, kind = (one.other_form, one.other_kind) if item.name == one.form else (one.form, one.kind)
            mine = one.kind if item.name == one.form else one.other_kind
            problem = f"is {mine} here and {kind} in Form {other}"
            yield Complaint(f"spec.schema.properties.{one.field}", problem, "give it one type, or another name")


def _check(item: Definition) -> None:
    if isinstance(item.spec, Source):
        found = source_samples.complaints(item.spec)
        if found:
            raise FixInput("invalid-definition", "a sample does not give what it expects", *found)
