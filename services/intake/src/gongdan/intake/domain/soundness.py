"""Whether definitions can work: schemas compile, expressions type-check, samples give what they expect, and
whatever one names is there."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gongdan.intake.domain import mapping
from gongdan.intake.domain.forms import compile_form
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.people import Team
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.rules import VARIABLES, RoutingRule
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.workspace import Workspace
from gongdan.shared.errors import Complaint, FixInput

SLA_VARIABLES = {"ticket": "dyn"}
Reference = tuple[str, str, str]


def check_one(item: Definition) -> None:
    """Raises FixInput when the definition cannot work, whatever else is defined."""
    match item.spec:
        case Form() as form:
            compile_form(item.name, item.workspace or "", form)
        case Source() as source:
            _check_samples(source)
        case RoutingRule() as rule:
            conditions.compile_condition(rule.when, VARIABLES, field="spec.when")
        case SlaPolicy() as policy:
            conditions.compile_condition(policy.when, SLA_VARIABLES, field="spec.when")


def check_all(catalog: Catalog) -> None:
    """Raises FixInput naming every reference that leads nowhere."""
    missing = [
        Complaint(f"{item.kind} {item.name}.{field}", f"there is no {kind} {name!r}", f"define {kind} {name} too")
        for item in catalog.items.values()
        for field, kind, name in references(item)
        if not _there(catalog, item, kind, name)
    ]
    if missing:
        raise FixInput("dangling-reference", "a definition names one that is not there", *missing[:50])


def references(item: Definition) -> Iterator[Reference]:
    """Everything a definition names: the field, the kind, the name."""
    if item.workspace is not None:
        yield "metadata.workspace", "Workspace", item.workspace
    match item.spec:
        case Workspace(team=str() as team):
            yield "spec.team", "Team", team
        case Mailbox(workspace=workspace):
            yield "spec.workspace", "Workspace", workspace
        case Team() as team:
            yield from _of_team(team)
        case RoutingRule() as rule:
            yield from _of_rule(rule)


def _of_team(team: Team) -> Iterator[Reference]:
    yield from ((f"spec.members.{nth}", "Agent", name) for nth, name in enumerate(team.members))
    if team.lead is not None:
        yield "spec.lead", "Agent", team.lead


def _of_rule(rule: RoutingRule) -> Iterator[Reference]:
    for nth, effect in enumerate(rule.then):
        if effect.assign_team is not None:
            yield f"spec.then.{nth}.assign_team", "Team", effect.assign_team


def _there(catalog: Catalog, item: Definition, kind: str, name: str) -> bool:
    own = item.name if item.kind == "Workspace" else item.workspace
    places = {own or "", ""} if own else {key[1] for key in catalog.items}
    return any((kind, place, name) in catalog.items for place in places)


def _check_samples(source: Source) -> None:
    programs = mapping.compile_map(source.map)
    for number, sample in enumerate(source.samples):
        headers = {name.lower(): str(value) for name, value in _part(sample, "headers").items()}
        found = mapping.read(programs, sample.get("body"), headers)
        wrong = [
            Complaint(f"spec.samples.{number}.expect.{part}", f"gives {_of(found, part)!r}", f"expected {want!r}")
            for part, want in _part(sample, "expect").items()
            if _of(found, part) != want
        ]
        if wrong:
            raise FixInput("invalid-definition", "a sample does not give what it expects", *wrong)


def _part(sample: dict[str, Any], name: str) -> dict[str, Any]:
    found = sample.get(name)
    return found if isinstance(found, dict) else {}


PARTS: Mapping[str, Callable[[mapping.Mapped], Any]] = {
    "idempotency_key": lambda found: found.idempotency_key,
    "conversation": lambda found: found.conversation,
    "subject": lambda found: found.subject,
    "body": lambda found: found.text,
    "priority": lambda found: found.priority,
    "closes": lambda found: found.closes,
    "fields": lambda found: dict(found.fields),
    "requester": lambda found: found.requester.model_dump(exclude_none=True) if found.requester else None,
}


def _of(found: mapping.Mapped, part: str) -> object:
    return PARTS[part](found) if part in PARTS else None
