"""The chain of routing rules: asked in order, each sees the ticket as the rules before it left it.

A rule that fails on a message does not match; its error stays in the trace. Rules are compiled once per
catalog.
"""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from gongdan.router.domain.variables import variables
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.contracts.tickets import RuleTrace, TicketSnapshot
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.routing_rule import VARIABLES, Effect, RoutingRule


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule ready to be asked. `missed` is its trace when it does not match."""

    decided_by: DecidedBy
    program: Program
    effects: tuple[Effect, ...]
    stop: bool
    missed: RuleTrace


@dataclass(frozen=True, slots=True)
class Chain:
    """Rules in the order they are asked, and the variables that some of them look at."""

    rules: tuple[Rule, ...] = ()
    looked_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """What the chain made of a ticket. `team_by` are the definitions that chose its team; `hits` all that matched."""

    ticket: TicketSnapshot
    team_by: tuple[DecidedBy, ...] = ()
    hits: tuple[DecidedBy, ...] = ()
    trace: tuple[RuleTrace, ...] = ()


def compile_chain(definitions: Iterable[tuple[Definition, RoutingRule]]) -> Chain:
    """The chain of these rules: by `order`, then by name."""
    ordered = sorted(definitions, key=lambda item: (item[1].order, item[0].name))
    rules = tuple(_compile(definition, spec) for definition, spec in ordered)
    words = {word for rule in rules for word in re.findall(r"\w+", rule.program.expression)}
    # A name counts as looked at when its last word occurs anywhere: too many are cheap, too few would fail.
    return Chain(rules, tuple(name for name in VARIABLES if name.rpartition(".")[2] in words))


def _compile(definition: Definition, spec: RoutingRule) -> Rule:
    by = DecidedBy(definition.kind, definition.name, definition.version)
    program = conditions.program_of(spec.when, VARIABLES)
    missed = RuleTrace(rule=by.name, version=by.version, matched=False)
    return Rule(by, program, tuple(spec.then), spec.stop, missed)


def classify(chain: Chain, ticket: TicketSnapshot, message: MessageReceived, teams: Container[str]) -> Classification:
    """Ask the rules about a new ticket and its first message. `teams` are those that a rule can assign to."""
    found = Classification(ticket)
    bound: Bound | None = None
    trace: list[RuleTrace] = []
    for rule in chain.rules:
        bound = bound or conditions.bind(VARIABLES, variables(chain.looked_at, found.ticket, message))
        answer = _ask(rule, bound)
        if answer.matched:
            found, answer = _take(found, rule, answer, teams)
            bound = None
        trace.append(answer)
        if answer.matched and rule.stop:
            break
    return replace(found, trace=tuple(trace))


def _ask(rule: Rule, bound: Bound) -> RuleTrace:
    try:
        matched = conditions.holds(rule.program, bound)
    except ConditionError as error:
        return rule.missed.model_copy(update={"error": error.why})
    return rule.missed.model_copy(update={"matched": True}) if matched else rule.missed


def _take(
    found: Classification, rule: Rule, answer: RuleTrace, teams: Container[str]
) -> tuple[Classification, RuleTrace]:
    error = None
    done: list[str] = []
    for effect in rule.effects:
        changes = dict(_changes(effect, found.ticket, teams))
        if effect.assign_team and "team" not in changes:
            error = f"there is no team {effect.assign_team!r}"
        team_by = (rule.decided_by,) if "team" in changes else found.team_by
        found = replace(found, ticket=found.ticket.model_copy(update=changes), team_by=team_by)
        done.extend(f"{name}={value}" for name, value in changes.items() if name != "tags")
        done.extend(f"tag={tag}" for tag in effect.add_tags)
    found = replace(found, hits=(*found.hits, rule.decided_by))
    return found, answer.model_copy(update={"effects": tuple(done), "error": error})


def _changes(effect: Effect, ticket: TicketSnapshot, teams: Container[str]) -> Iterable[tuple[str, object]]:
    if effect.set_priority:
        yield "priority", effect.set_priority
    if effect.set_category:
        yield "category", effect.set_category
    if effect.assign_team and effect.assign_team in teams:
        yield "team", effect.assign_team
    if effect.add_tags:
        yield "tags", tuple(dict.fromkeys((*ticket.tags, *effect.add_tags)))
