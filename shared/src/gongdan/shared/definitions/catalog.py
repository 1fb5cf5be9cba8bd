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
    """All definitions at one revision. `items` never change; each kind's are sorted when first asked for."""

    revision: int = 0
    items: Mapping[Key, Definition] = field(default_factory=dict)
    _sorted: dict[str, dict[str, list[Definition]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def find(self, model: type[Spec], name: str, workspace: str | None = None) -> tuple[Definition, Spec] | None:
        """A definition by kind and name: the workspace's own first, then the one without a workspace."""
        for place in dict.fromkeys((workspace or "", "")):
            found = self.items.get((model.__name__, place, name))
            if found is not None and isinstance(found.spec, model):
                return found, found.spec
        return None

    def all(self, model: type[Spec], workspace: str | None = None) -> list[tuple[Definition, Spec]]:
        """Every definition of a kind that applies in `workspace` (None: in any), ordered by name."""
        kind = self._of_kind(model.__name__)
        places = sorted(kind) if workspace is None else dict.fromkeys(("", workspace))
        found = (item for place in places for item in kind.get(place, ()))
        return [(item, item.spec) for item in found if isinstance(item.spec, model)]

    def _of_kind(self, kind: str) -> dict[str, list[Definition]]:
        """A kind's definitions by workspace, ordered by name."""
        if not self._sorted:
            found: dict[str, dict[str, list[Definition]]] = {}
            for _, item in sorted(self.items.items(), key=lambda one: one[0]):
                found.setdefault(item.kind, {}).setdefault(item.workspace or "", []).append(item)
            # In one step: another thread may be at it too, and finds nothing or all.
            self._sorted.update(found)
        return self._sorted.get(kind, {})


def catalog_of(revision: int, items: Iterable[Definition]) -> Catalog:
    """A catalog of these definitions."""
    return Catalog(revision, {item.key: item for item in items})
