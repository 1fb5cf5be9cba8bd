"""Which definitions name which others, and whether those are there.

A name is looked up in the definition's own workspace first, then among those that all share. What belongs to no
workspace acts in that of each ticket it meets, so what it names may also be in any workspace. Everything is read off
the fields' own marks (`names`); no kind has code here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gongdan.shared.definitions.base import Scope
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.marks import Marked, marked
from gongdan.shared.definitions.names import Refers
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.errors import Complaint


@dataclass(frozen=True, slots=True)
class Reference:
    """One name in a definition: which kind it means, and where it stands (`spec.then.0.assign_team`)."""

    kind: str
    name: str
    path: str
    acyclic: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """A definition and the place in it that names another."""

    definition: Definition
    reference: Reference

    @property
    def complaint(self) -> Complaint:
        """That what is named is not there; the field is within the definition."""
        kind, name = self.reference.kind, self.reference.name
        return Complaint(
            self.reference.path, f"there is no {kind} {name!r}", f"define {kind} {name} too, or correct it"
        )


@dataclass(frozen=True, slots=True)
class Cycle:
    """Definitions each of which names the next, and the last one the first."""

    uses: tuple[Use, ...]

    @property
    def complaint(self) -> Complaint:
        """The whole round, at the field of its first definition."""
        first = self.uses[0]
        names = [*(_called(use.definition) for use in self.uses), _called(first.definition)]
        return Complaint(first.reference.path, f"leads back to itself: {' → '.join(names)}", "break the circle")


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a definition that is allowed but hardly meant."""

    definition: Definition
    complaint: Complaint


def of(definition: Definition) -> tuple[Reference, ...]:
    """Every name in a definition, its workspace first, then in the order of its fields."""
    own = () if definition.workspace is None else (Reference("Workspace", definition.workspace, "metadata.workspace"),)
    return (*own, *(each for found in marked(definition.spec, Refers, "spec") for each in _read(found)))


def belongs(definition: Definition, workspace: str) -> bool:
    """Whether it is a workspace's: that itself, what is defined in it, and what can be in none and leads to it."""
    if definition.spec.belongs is not Scope.NEVER:
        return definition.workspace == workspace
    named = [(each.kind, each.name) for each in of(definition)]
    return ("Workspace", workspace) in ((definition.kind, definition.name), *named)


def targets(definition: Definition, reference: Reference, existing: Collection[Key]) -> tuple[Key, ...]:
    """What a name can mean among `existing`: one definition, none, or, without a workspace, one in each of several."""
    return Index(existing).targets(definition, reference)


def dangling(definitions: Iterable[Definition], existing: Collection[Key] = ()) -> list[Use]:
    """Every name that leads nowhere, neither within `definitions` nor to a key of `existing`."""
    given = list(definitions)
    index = Index([*(item.key for item in given), *existing])
    return [Use(item, each) for item in given for each in of(item) if not index.targets(item, each)]


def users_of(key: Key, definitions: Iterable[Definition]) -> list[Use]:
    """Every place in `definitions` that means the definition with this key, itself excepted."""
    given = list(definitions)
    index = Index([key, *(item.key for item in given)])
    return [
        Use(item, each)
        for item in given
        if item.key != key
        for each in of(item)
        if (each.kind, each.name) == (key[0], key[2]) and key in index.targets(item, each)
    ]


def cycles(definitions: Iterable[Definition]) -> list[Cycle]:
    """Circles among names that must not form any: managers, parents, reports and dashboards in each other, …

    Of circles that share a definition, at least one is found.
    """
    items = {item.key: item for item in definitions}
    index = Index(items)
    edges = {key: list(_edges(item, items, index)) for key, item in items.items()}
    done: set[Key] = set()
    return [found for key in edges if (found := _circle(key, edges, done)) is not None]


def doubts(definitions: Iterable[Definition]) -> list[Doubt]:
    """What is allowed but hardly meant, for instance a state that cannot be reached; fields are paths from `spec`."""
    return [
        Doubt(item, Complaint(f"spec.{one.field}", one.problem, one.cure))
        for item in definitions
        for one in item.spec.doubts()
    ]


def _read(found: Marked[Refers]) -> Iterator[Reference]:
    mark = found.mark
    if mark.keyword is None:
        yield Reference(mark.kind, str(found.value), found.path, mark.acyclic)
    else:
        yield from (Reference(mark.kind, name, path) for path, name in _under(found.value, mark.keyword, found.path))


def _under(value: object, keyword: str, path: str) -> Iterator[tuple[str, str]]:
    """The texts under a key anywhere in free data, each with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            here = f"{path}.{key}"
            yield from _texts(item, here) if key == keyword else _under(item, keyword, here)
    elif isinstance(value, list):
        for nth, item in enumerate(value):
            yield from _under(item, keyword, f"{path}.{nth}")


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for nth, item in enumerate(value):
            yield from _texts(item, f"{path}.{nth}")


class Index:
    """Which workspaces have a definition of a kind and name."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.places: dict[tuple[str, str], set[str]] = {}
        for kind, workspace, name in keys:
            self.places.setdefault((kind, name), set()).add(workspace)

    def targets(self, definition: Definition, reference: Reference) -> tuple[Key, ...]:
        """What a name can mean here, as the function `targets` says."""
        kind, name = reference.kind, reference.name
        there = self.places.get((kind, name), set())
        own = definition.name if definition.kind == "Workspace" else definition.workspace
        first = next((place for place in (own or "", "") if place in there), None)
        if first is not None:
            return ((kind, first, name),)
        return () if own else tuple((kind, place, name) for place in sorted(there))


def _edges(item: Definition, items: Mapping[Key, Definition], index: Index) -> Iterator[tuple[Use, Key]]:
    for reference in of(item):
        if reference.acyclic:
            yield from ((Use(item, reference), key) for key in index.targets(item, reference) if key in items)


def _circle(start: Key, edges: Mapping[Key, list[tuple[Use, Key]]], done: set[Key]) -> Cycle | None:
    """A circle that can be reached from `start`; looks at no definition twice, in any call with the same `done`."""
    trail: list[Iterator[tuple[Use, Key]]] = []
    position: dict[Key, int] = {}
    uses: list[Use] = []
    following: Key | None = None if start in done else start
    while following is not None or trail:
        if following is not None:
            position[following] = len(trail)
            trail.append(iter(edges[following]))
        use, following = next(trail[-1], (None, None))
        if use is None:
            trail.pop()
            done.add(position.popitem()[0])
            uses = uses[: len(trail) - 1]
        elif following in position:
            done.update(position)
            return Cycle((*uses[position[following] :], use))
        elif following in done:
            following = None
        else:
            uses.append(use)
    return None


def _called(definition: Definition) -> str:
    return f"{definition.kind} {definition.name}"
