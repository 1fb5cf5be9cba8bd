"""The definitions in force: one immutable set, swapped as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from gongdan.shared.definitions.base import Strict
from gongdan.shared.definitions.registry import Definition

Spec = TypeVar("Spec", bound=Strict)
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All definitions at one revision."""

    revision: int = 0
    items: Mapping[Key, Definition] = field(default_factory=dict)

    def find(self, model: type[Spec], name: str, workspace: str | None = None) -> tuple[Definition, Spec] | None:
        """A definition by kind and name: the workspace's own first, then the one without a workspace."""
        for place in dict.fromkeys((workspace or "", "")):
            found = self.items.get((model.__name__, place, name))
            if found is not None and isinstance(found.spec, model):
                return found, found.spec
        return None

    def all(self, model: type[Spec], workspace: str | None = None) -> list[tuple[Definition, Spec]]:
        """Every definition of a kind that applies in `workspace` (None: in any), ordered by name."""
        places = None if workspace is None else {workspace, ""}
        found = [
            (key, item, item.spec)
            for key, item in self.items.items()
            if isinstance(item.spec, model) and (places is None or key[1] in places)
        ]
        return [(item, spec) for _, item, spec in sorted(found, key=lambda one: one[0])]


def catalog_of(revision: int, items: Iterable[Definition]) -> Catalog:
    """A catalog of these definitions."""
    return Catalog(revision, {item.key: item for item in items})
