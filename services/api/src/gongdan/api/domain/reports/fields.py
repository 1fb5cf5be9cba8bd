"""What the form fields that a question names are: one kind each, in all workspaces that are asked about."""

from collections.abc import Iterable, Mapping

from gongdan.api.domain.reports.dimensions import FIELD, unknown
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import FieldKind, form_fields

# Kinds that can stand for one another where forms differ: the first is what the field then is.
ALIKE: tuple[tuple[FieldKind, ...], ...] = (
    ("number", "integer", "rating"),
    ("text", "long_text", "select", "tree_select", "person", "asset", "link"),
)


def kinds_of(named: Iterable[str], catalog: Catalog, workspaces: Iterable[str]) -> dict[str, FieldKind]:
    """The kind of each field that a form of these workspaces has (of any workspace, if none is named).

    Raises FixInput for a field that forms disagree about, so that no figure adds up what does not belong together.
    """
    wanted, places = set(named), {*workspaces}
    found: dict[str, FieldKind] = {}
    for item, form in catalog.all(Form) if wanted else ():
        if not places or item.workspace is None or item.workspace in places:
            for field in form_fields(form):
                if field.name in wanted:
                    found[field.name] = _together(field.name, found.get(field.name, field.kind), field.kind)
    return found


def all_kinds(catalog: Catalog, workspaces: Iterable[str]) -> Mapping[str, frozenset[FieldKind]]:
    """Every form field of these workspaces (of all, if none is named) by name, with the kinds that forms give it."""
    places = {*workspaces}
    found: dict[str, set[FieldKind]] = {}
    for item, form in catalog.all(Form):
        if not places or item.workspace is None or item.workspace in places:
            for field in form_fields(form):
                found.setdefault(field.name, set()).add(field.kind)
    return {name: frozenset(found[name]) for name in sorted(found)}


def _together(name: str, before: FieldKind, now: FieldKind) -> FieldKind:
    if before == now:
        return now
    for kinds in ALIKE:
        if {before, now} <= {*kinds}:
            return kinds[0]
    cure = "ask about one workspace, where it means one thing"
    raise unknown(FIELD + name, f"is of kind {before} in one form and of kind {now} in another", cure)
