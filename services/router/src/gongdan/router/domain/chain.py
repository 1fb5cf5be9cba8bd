"""The chain of routing rules: asked in order, each sees the ticket as the rules before it left it.

A rule that fails on a message does not match; its error stays in the trace. Rules are compiled once per
catalog.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from itertools import chain

from gongdan.router.domain.variables import message_variable, ticket_variable
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import MessageReceived, Priority
from gongdan.shared.contracts.tickets import RuleTrace, TicketSnapshot
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.rules import VARIABLES, Effect, RoutingRule
from gongdan.shared.errors import FixInput


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule ready to be asked. `missed` is its trace when it does not match.

    `program` is None where the condition cannot be compiled; such a rule never matches, and its trace says why.
    """

    decided_by: DecidedBy
    program: Program | None
    effects: tuple[Effect, ...]
    stop: bool
    missed: RuleTrace


@dataclass(frozen=True, slots=True)
class Classification:
    """What the chain found. `team_by` are the definitions that chose the team; `hits` all rules that matched."""

    priority: Priority
    category: str | None
    team: str | None
    tags: tuple[str, ...]
    team_by: tuple[DecidedBy, ...] = ()
    hits: tuple[DecidedBy, ...] = ()
    trace: tuple[RuleTrace, ...] = ()


def compile_rules(definitions: Iterable[tuple[Definition, RoutingRule]]) -> tuple[Rule, ...]:
    """Rules in the order they are asked: by `order`, then by name."""
    ordered = sorted(definitions, key=lambda item: (item[1].order, item[0].name))
    return tuple(_compile(definition, spec) for definition, spec in ordered)


def _compile(definition: Definition, spec: RoutingRule) -> Rule:
    by = DecidedBy(definition.kind, definition.name, definition.version)
    program, error = None, None
    try:
        program = conditions.compile_condition(spec.when, VARIABLES)
    except FixInput as refused:
        error = str(refused)
    missed = RuleTrace(rule=by.name, version=by.version, matched=False, error=error)
    return Rule(by, program, tuple(spec.then), spec.stop, missed)


def classify(
    rules: Iterable[Rule], ticket: TicketSnapshot, message: MessageReceived, teams: Container[str]
) -> Classification:
    """Ask the rules about a new ticket and its first message. `teams` are those that a rule can assign to."""
    found = Classification(ticket.priority, ticket.category, ticket.team, ticket.tags)
    shown = message_variable(message)
    bound: Bound | None = None
    trace: list[RuleTrace] = []
    for rule in rules:
        bound = bound or _bind(ticket, found, shown)
        answer = _ask(rule, bound)
        if answer.matched:
            found, answer = _take(found, rule, answer, teams)
            bound = None
        trace.append(answer)
        if answer.matched and rule.stop:
            break
    return replace(found, trace=tuple(trace))


def _ask(rule: Rule, bound: Bound) -> RuleTrace:
    if rule.program is None:
        return rule.missed
    try:
        matched = conditions.holds(rule.program, bound)
    except ConditionError as error:
        return rule.missed.model_copy(update={"error": error.why})
    return rule.missed.model_copy(update={"matched": True}) if matched else rule.missed


def _take(
    found: Classification, rule: Rule, answer: RuleTrace, teams: Container[str]
) -> tuple[Classification, RuleTrace]:
    error = None
    for effect in rule.effects:
        team = effect.assign_team
        if team and team not in teams:
            error, team = f"there is no team {team!r}", None
        found = replace(
            found,
            priority=effect.set_priority or found.priority,
            category=effect.set_category or found.category,
            team=team or found.team,
            team_by=(rule.decided_by,) if team else found.team_by,
            tags=tuple(dict.fromkeys((*found.tags, *effect.add_tags))),
        )
    effects = tuple(chain.from_iterable(map(_named, rule.effects)))
    return replace(found, hits=(*found.hits, rule.decided_by)), answer.model_copy(
        update={"effects": effects, "error": error}
    )


def _named(effect: Effect) -> Iterable[str]:
    if effect.set_priority:
        yield f"priority={effect.set_priority}"
    if effect.set_category:
        yield f"category={effect.set_category}"
    if effect.assign_team:
        yield f"team={effect.assign_team}"
    yield from (f"tag={tag}" for tag in effect.add_tags)


def _bind(ticket: TicketSnapshot, found: Classification, message: dict[str, object]) -> Bound:
    now = {"priority": found.priority, "category": found.category, "team": found.team, "tags": list(found.tags)}
    return conditions.bind(VARIABLES, {"ticket": ticket_variable(ticket) | now, "message": message})
