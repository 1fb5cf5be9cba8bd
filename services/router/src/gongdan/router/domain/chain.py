"""The chain of routing rules: asked in order, each sees the ticket as the rules before it left it.

A rule that fails on a message does not match; its error stays in the trace. Rules are compiled once per catalog. One
that cannot be compiled, because the form whose fields it asks for has gone, fails on every message.
"""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from gongdan.router.domain.variables import variables
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.contracts.tickets import RuleTrace, TicketSnapshot
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.conditions import Bound, ConditionError, Program
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.routing_rule import VARIABLES, Effect, RoutingRule
from gongdan.shared.errors import FixInput


@dataclass(frozen=True, slots=True)
class Rule:
    """A routing rule ready to be asked. `missed` is its trace when it does not match; without a program always."""

    decided_by: DecidedBy
    program: Program | None
    effects: tuple[Effect, ...]
    stop: bool
    missed: RuleTrace


@dataclass(frozen=True, slots=True)
class Chain:
    """Rules in the order they are asked, and the variables that some of them look at, with their types."""

    rules: tuple[Rule, ...] = ()
    looked_at: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Classification:
    """What the chain made of a ticket. `team_by` are the definitions that chose its team; `hits` all that matched."""

    ticket: TicketSnapshot
    team_by: tuple[DecidedBy, ...] = ()
    hits: tuple[DecidedBy, ...] = ()
    trace: tuple[RuleTrace, ...] = ()


def compile_chain(definitions: Iterable[tuple[Definition, RoutingRule]], fields: Fields) -> Chain:
    """The chain of these rules, over the fields of their workspaces: by `order`, then by name."""
    ordered = sorted(definitions, key=lambda item: (item[1].order, item[0].name))
    rules = tuple(_compile(item, spec, {**VARIABLES, **fields.of(item.workspace).variables}) for item, spec in ordered)
    programs = [rule.program for rule in rules if rule.program]
    known = {name: kind for program in programs for name, kind in program.variables}
    words = {word for program in programs for word in re.findall(r"\w+", program.expression)}
    # A name counts as looked at when its last word occurs anywhere: too many are cheap, too few would fail.
    return Chain(rules, {name: known[name] for name in sorted(known) if name.rpartition(".")[2] in words})


def _compile(definition: Definition, spec: RoutingRule, variables: Mapping[str, str]) -> Rule:
    by = DecidedBy(definition.kind, definition.name, definition.version)
    missed = RuleTrace(rule=by.name, version=by.version, matched=False)
    program = None
    try:
        program = conditions.program_of(spec.when, variables)
    except FixInput as error:
        missed = missed.model_copy(update={"error": str(error)})
    return Rule(by, program, tuple(spec.then), spec.stop, missed)


def classify(chain: Chain, ticket: TicketSnapshot, message: MessageReceived, teams: Container[str]) -> Classification:
    """Ask the rules about a new ticket and its first message. `teams` are those that a rule can assign to."""
    found = Classification(ticket)
    bound: Bound | None = None
    trace: list[RuleTrace] = []
    for rule in chain.rules:
        bound = bound or conditions.bind(chain.looked_at, variables(chain.looked_at, found.ticket, message))
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
