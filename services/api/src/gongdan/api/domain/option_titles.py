"""What people call the answers that a form gives to choose from, so that a ticket is found by them too.

Limits: known are the titles of the forms in force; an answer that no form offers any more is found by its value.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import orjson

from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.form_fields import FormField, form_fields
from gongdan.shared.definitions.form_schema import choices, nodes

SELECTS = frozenset({"select", "multi_select"})
LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class OptionTitles:
    """Titles by workspace (empty: of all), field and value. `digest` tells whether they are others than before."""

    by_place: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    digest: str = ""

    def of(self, workspace: str, name: str, value: str) -> Iterator[str]:
        """What people call this answer to this field."""
        for place in ((workspace, name), ("", name)):
            yield from self.by_place.get(place, {}).get(value, ())


NO_TITLES = OptionTitles()


def no_titles() -> OptionTitles:
    """Where no form is known."""
    return NO_TITLES


def option_titles(catalog: Catalog) -> OptionTitles:
    """Those of all forms."""
    found: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    for item, form in catalog.all(Form):
        for one in form_fields(form):
            known = found.setdefault((item.workspace or "", one.name), {})
            for value, titles in _titles(one):
                known[value] = tuple(dict.fromkeys((*known.get(value, ()), *titles)))
    kept = {place: titles for place, titles in sorted(found.items()) if titles}
    content = [[*place, titles] for place, titles in kept.items()]
    return OptionTitles(kept, hashlib.sha256(orjson.dumps(content)).hexdigest() if kept else "")


@dataclass(slots=True)
class TitlesBook:
    """The titles by the catalog in force, made once for each."""

    _catalog: Catalog | None = None
    _titles: OptionTitles = NO_TITLES

    def of(self, catalog: Catalog) -> OptionTitles:
        """The titles in force."""
        if catalog is not self._catalog:
            self._catalog, self._titles = catalog, option_titles(catalog)
        return self._titles


def _titles(one: FormField) -> Iterator[tuple[str, tuple[str, ...]]]:
    if one.kind == "tree_select":
        yield from _of_tree(one)
    elif one.kind in SELECTS:
        labels = [_labels(one.schema, locale) for locale in LOCALES]
        for value in map(str, choices(one)):
            yield value, tuple(found[value] for found in labels if isinstance(found.get(value), str))


def _of_tree(one: FormField) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Whoever chose a leaf is found by the titles of the branches that it is on, too."""
    every = dict(nodes(replace(one, schema={**one.schema, "x-any-level": True})))
    for path in every:
        steps = path.split("/")
        above = ("/".join(steps[:deep]) for deep in range(1, len(steps) + 1))
        texts = (every[step].get(locale) for step in above if step in every for locale in LOCALES)
        yield path, tuple(text for text in texts if isinstance(text, str))


def _labels(schema: Mapping[str, object], locale: str) -> Mapping[str, str]:
    texts = schema.get("x-i18n")
    own = texts.get(locale) if isinstance(texts, Mapping) else None
    labels = own.get("options") if isinstance(own, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}
