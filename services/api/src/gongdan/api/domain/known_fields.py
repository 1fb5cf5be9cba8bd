"""The fields that tickets of a workspace may have: those its forms have now, and those that forms once had.

A field that no form has any more keeps the title it had last, so that old tickets stay readable.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import FieldKind, FormField, columns, form_fields
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput

Titles = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownField:
    """A field. `forms` have it now; none: it was removed. `variables` are what conditions call it, with types.

    `columns` are the titles of a table's, in their order.
    """

    name: str
    kind: FieldKind
    title: Titles
    forms: tuple[str, ...]
    variables: Mapping[str, str]
    columns: Mapping[str, Titles]

    @property
    def removed(self) -> bool:
        """Whether no form has it any more."""
        return not self.forms


def known_fields(current: Iterable[tuple[Definition, Form]], past: Sequence[Mapping[str, Any]]) -> list[KnownField]:
    """Fields by name: of the forms in force, then of documents of earlier versions, the newest first."""
    found: dict[str, KnownField] = {}
    for item, form in current:
        for field in form_fields(form):
            known = found.get(field.name)
            forms = (*known.forms, item.name) if known else (item.name,)
            found[field.name] = _known(field, forms)
    for form in _forms(past):
        for field in form_fields(form):
            found.setdefault(field.name, _known(field, ()))
    return [found[name] for name in sorted(found)]


def _known(field: FormField, forms: tuple[str, ...]) -> KnownField:
    variables = {f"fields.{field.name}{ending}": kind for ending, kind in field.variables.items()}
    titles = {column.name: _titles(column) for column in columns(field)}
    return KnownField(field.name, field.kind, _titles(field), forms, variables if forms else {}, titles)


def _titles(field: FormField) -> Titles:
    return {"zh": field.title("zh"), "en": field.title("en")}


def _forms(documents: Iterable[Mapping[str, Any]]) -> Iterator[Form]:
    for document in documents:
        try:
            spec = check(dict(document)).spec
        except FixInput:
            # A version from before a change of the language: its fields are known from those around it.
            continue
        if isinstance(spec, Form):
            yield spec
