"""Rules that can never take effect, because one before them always stops the chain.

Says only what is certain: a rule that stops and always holds hides all after it; one that stops hides those with
the same condition, unless something in between changes what the condition looks at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.routing_rule import RoutingRule
from gongdan.shared.definitions.workspace import Workspace

ALWAYS = "true"


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A rule that is never asked, or never holds, in a workspace (empty: in all that have no rules of their own)."""

    workspace: str
    rule: str
    hidden_by: str
    why: str


Rule = tuple[Definition, RoutingRule]


def newly_unreachable(before: Catalog, after: Catalog, touched: Iterable[Key]) -> list[Unreachable]:
    """What a change makes unreachable that was not so before. Looks at the chains that the change touches."""
    concerned = {key[1] for key in touched if key[0] in ("RoutingRule", "Workspace")}
    if "" in concerned:
        concerned |= {item.name for item, _ in after.all(Workspace)}
    known = {(one.workspace, one.rule) for one in unreachable(before, concerned)}
    return [one for one in unreachable(after, concerned) if (one.workspace, one.rule) not in known]


def unreachable(catalog: Catalog, workspaces: Iterable[str]) -> list[Unreachable]:
    """Every rule of these workspaces that can never take effect."""
    rules = catalog.all(RoutingRule)
    common = [rule for rule in rules if not rule[0].workspace]
    own: dict[str, list[Rule]] = {}
    for rule in rules:
        own.setdefault(rule[0].workspace or "", []).append(rule)
    return [
        found
        for place in sorted(workspaces)
        for found in _in_chain(place, chain([*common, *(own.get(place, []) if place else [])]))
    ]


def chain(rules: Iterable[Rule]) -> list[Rule]:
    """Rules as they are asked: by order, then by name; of two with one name, the last one given."""
    latest = {item.name: (item, spec) for item, spec in rules}
    return sorted(latest.values(), key=lambda one: (one[1].order, one[0].name))


def _in_chain(workspace: str, rules: Sequence[Rule]) -> list[Unreachable]:
    found: list[Unreachable] = []
    stops: dict[Any, tuple[str, int]] = {}
    last_change = -1
    for place, (item, spec) in enumerate(rules):
        hidden = _hidden_by(spec, stops, last_change)
        if hidden:
            found.append(Unreachable(workspace, item.name, *hidden))
            continue
        if spec.stop:
            stops.setdefault(_condition(spec), (item.name, place))
        elif spec.then:
            last_change = place
    return found


def _hidden_by(spec: RoutingRule, stops: dict[Any, tuple[str, int]], last_change: int) -> tuple[str, str] | None:
    if ALWAYS in stops:
        return stops[ALWAYS][0], "always holds and stops the chain"
    condition = _condition(spec)
    name, place = stops.get(condition, ("", -1))
    if name and (last_change < place or "ticket" not in condition):
        return name, "has the same condition and stops the chain"
    return None


def _condition(spec: RoutingRule) -> str:
    """A condition in one spelling; a tree as its JSON."""
    when = spec.when
    return " ".join(when.split()) if isinstance(when, str) else str(when.model_dump_json())
