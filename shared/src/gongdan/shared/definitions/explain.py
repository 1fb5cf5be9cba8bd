"""Why a condition holds or does not: each of its clauses, with its own answer and the values it looked at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gongdan.shared.definitions.clauses import CelClause, clauses, names, place
from gongdan.shared.definitions.conditions import ConditionError, compile_condition, holds, program_of
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.tree_cel import to_cel
from gongdan.shared.definitions.tree_check import Clause, Group, check_tree
from gongdan.shared.definitions.tree_holds import clause_holds

Joined = Literal["", "and", "or", "not"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A part of a condition. `holds` None: it failed, as `error` says.

    `place` is the rule's path in a tree, or line and column of the CEL. `values` are those of the variables that a
    single clause looked at; parts that are joined have none of their own.
    """

    clause: str
    place: str
    holds: bool | None
    error: str | None = None
    joined: Joined = ""
    parts: tuple["Finding", ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)


def explain(
    condition: str | ConditionTree, variables: Mapping[str, str], values: Mapping[str, object], *, field: str = "when"
) -> Finding:
    """What became of each clause. Raises FixInput when the condition cannot be used with these variables."""
    program_of(condition, variables, field=field)
    if isinstance(condition, ConditionTree):
        return _group(check_tree(condition, variables, field=field), values)
    return _cel(condition, clauses(condition), variables, values)


def to_blame(finding: Finding) -> Iterator[Finding]:
    """The single clauses because of which a condition does not hold; none when it does."""
    if finding.holds:
        return
    if finding.joined in {"and", "or"}:
        for part in finding.parts:
            yield from to_blame(part)
    else:
        yield finding


def _group(group: Group, values: Mapping[str, object]) -> Finding:
    parts = tuple(_rule(part, values) if isinstance(part, Clause) else _group(part, values) for part in group.parts)
    inner = Group(group.path, group.any, negated=False, parts=group.parts)
    joined = _join(to_cel(inner), group.path, "or" if group.any else "and", parts)
    return _join(to_cel(group), group.path, "not", (joined,)) if group.negated else joined


def _rule(clause: Clause, values: Mapping[str, object]) -> Finding:
    text = to_cel(Group(clause.path, any=False, negated=False, parts=(clause,)))
    seen = {clause.field: values.get(clause.field)}
    try:
        return Finding(text, clause.path, clause_holds(clause, values), values=seen)
    except KeyError as error:
        return Finding(text, clause.path, None, f"{error.args[0]} is not given", values=seen)


def _cel(whole: str, clause: CelClause, variables: Mapping[str, str], values: Mapping[str, object]) -> Finding:
    where = place(whole, clause.start)
    if not clause.joined:
        return _one(clause.text, where, variables, values)
    parts = tuple(_cel(whole, part, variables, values) for part in clause.parts)
    return _join(clause.text, where, clause.joined, parts)


def _one(text: str, where: str, variables: Mapping[str, str], values: Mapping[str, object]) -> Finding:
    seen = {name: values.get(name) for name in _variables(text, variables)}
    try:
        found = holds(compile_condition(text, variables), values)
    except ConditionError as error:
        return Finding(text, where, None, error.why, values=seen)
    return Finding(text, where, found, values=seen)


def _join(text: str, where: str, joined: Joined, parts: tuple[Finding, ...]) -> Finding:
    answers = [part.holds for part in parts]
    decisive = joined == "or"
    if joined == "not":
        answer = None if answers[0] is None else not answers[0]
    elif decisive in answers:
        answer = decisive
    else:
        answer = None if None in answers else not decisive
    error = next((part.error for part in parts if part.error), None) if answer is None else None
    return Finding(text, where, answer, error, joined, parts)


def _variables(text: str, variables: Mapping[str, str]) -> Iterator[str]:
    """Of each name, the longest beginning of it that is a variable."""
    for name in names(text):
        parts = name.split(".")
        known = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        found = next((one for one in known if one in variables), None)
        if found is not None:
            yield found
