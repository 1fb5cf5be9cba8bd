"""Random definitions of every kind, made from the kinds' own models, and sets in which every name leads somewhere.

A field that is added to a model is drawn here without further ado; only what one field demands of another is said in
`REPAIRS`. Limits: few values in each list, few optional fields in each definition, so that sets stay small.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from annotated_types import Ge, Gt, Le, MaxLen, MinLen
from hypothesis import assume
from hypothesis import strategies as some
from hypothesis.strategies import SearchStrategy
from pydantic import BaseModel, JsonValue, StringConstraints
from pydantic.fields import FieldInfo

from gongdan.shared.definitions import references
from gongdan.shared.definitions.base import Scope
from gongdan.shared.definitions.calendar import WINDOW
from gongdan.shared.definitions.expressions import Over
from gongdan.shared.definitions.names import Refers
from gongdan.shared.definitions.registry import KINDS, Definition, check
from gongdan.shared.definitions.sla_policy import MOMENT
from gongdan.shared.definitions.spans import SpanValue
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.vocabulary import COUNTRY, TIMEZONE
from tests.kit.definition_repairs import LEAST, REPAIRS, Raw

NAMES = ("a", "b", "c")
WORKSPACE = "w"
DEEPEST = 4
ASCII = some.characters(min_codepoint=32, max_codepoint=126)
WORDS = some.text(some.sampled_from("abcXYZ 019,.:?!#-'\"\\/|[]()&*%@中文工单，。ü\n"), min_size=1, max_size=20)
TREE = {"combinator": "or", "rules": [{"field": "ticket.priority", "operator": "=", "value": "high"}]}
CONDITIONS = some.sampled_from(["true", 'ticket.priority == "high"', "ticket.team != null", TREE])
VALUES = some.sampled_from(["body.title", "'text'", "1 + 1"])
FROM_SOURCES = VALUES | some.just({"jmespath": "body.title"})
SPANS = some.sampled_from(["90s", "15m", "4h", "1h 30m", "PT2H", "3d", "1.5h"])
# What the pattern alone does not say: that it is there, that it ends after it begins.
PATTERNS: Mapping[str, list[str]] = {
    TIMEZONE: ["UTC", "Asia/Shanghai", "America/Argentina/Ushuaia"],
    COUNTRY: ["CN", "DE"],
    WINDOW: ["09:00-12:00", "13:30-18:00", "22:00-06:00", "00:00-24:00"],
    MOMENT: ["TicketOpened", "status:on_site", "category:open"],
}
FREE: SearchStrategy[JsonValue] = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**40), 2**40) | some.floats(allow_nan=False, allow_infinity=False)
    | WORDS,
    lambda inner: some.lists(inner, max_size=2) | some.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@cache
def documents(kind: str) -> SearchStrategy[Raw]:
    """A document of a kind; what it names is one of NAMES."""
    return some.builds(
        lambda name, place, title, spec: {
            "apiVersion": "gongdan/v1",
            "kind": kind,
            "metadata": {"name": name, **place, **title},
            "spec": spec,
        },
        some.sampled_from(NAMES),
        _places(KINDS[kind].belongs),
        some.sampled_from([{}, {"title": "T"}, {"title": {"zh": "题", "en": "T"}}]),
        specs(KINDS[kind]),
    )


@some.composite
def sets(draw: some.DrawFn) -> list[Definition]:
    """Definitions of some kinds, each key once, together with the least that they need: nothing dangles, no circle."""
    kinds = draw(some.lists(some.sampled_from(sorted(KINDS)), min_size=1, max_size=4))
    drawn = {item.key: item for item in (check(draw(documents(kind))) for kind in kinds)}
    found = completed(drawn.values())
    assume(not references.cycles(found))
    return found


def completed(definitions: Iterable[Definition]) -> list[Definition]:
    """The same and, for every name that leads nowhere, the least definition there can be by that name."""
    found = list(definitions)
    while missing := references.dangling(found):
        wanted = dict.fromkeys((use.reference.kind, use.reference.name) for use in missing)
        found += [
            check({"kind": kind, "metadata": {"name": name}, "spec": LEAST.get(kind, {})}) for kind, name in wanted
        ]
    return found


@cache
def specs(model: type[BaseModel], depth: int = 0) -> SearchStrategy[Raw]:
    """Data that fits a model: all required fields and at most three others."""
    hints = get_type_hints(model, include_extras=True)
    drawn = {
        field.alias or name: (field, _of(hints[name], tuple(field.metadata), depth))
        for name, field in model.model_fields.items()
    }
    required = {name: made for name, (field, made) in drawn.items() if field.is_required()}
    others = {name: made for name, (field, made) in drawn.items() if not field.is_required()}
    chosen = some.lists(some.sampled_from(sorted(others)), max_size=3, unique=True) if others else some.just([])
    data = chosen.flatmap(lambda names: some.fixed_dictionaries(required | {name: others[name] for name in names}))
    return data.map(_repaired(model))


def _repaired(model: type[BaseModel]) -> Callable[[Raw], Raw]:
    return REPAIRS.get(model, lambda data: data)


def _places(belongs: Scope) -> SearchStrategy[Mapping[str, str]]:
    allowed: dict[Scope, list[Mapping[str, str]]] = {
        Scope.NEVER: [{}],
        Scope.EITHER: [{}, {"workspace": WORKSPACE}],
        Scope.ALWAYS: [{"workspace": WORKSPACE}],
    }
    return some.sampled_from(allowed[belongs])


def _of(annotation: Any, marks: tuple[Any, ...], depth: int) -> SearchStrategy[Any]:
    """Data that fits an annotation with these marks on it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(parts[0], (*marks, *parts[1:]), depth)
    said = next((made for mark in marks if (made := _said(mark)) is not None), None)
    if said is not None:
        return said
    if origin in (Union, UnionType):
        taken = [part for part in parts if part is not NoneType and _shallow(part, depth)]
        return some.one_of([_of(part, marks, depth) for part in taken])
    if origin is Literal:
        return some.sampled_from(parts)
    several = _several(origin, parts, marks, depth)
    return _plain(annotation, marks, depth) if several is None else several


def _said(mark: object) -> SearchStrategy[Any] | None:
    """What a mark of ours says about the value."""
    if isinstance(mark, Over):
        values = FROM_SOURCES if mark.place == "source" else VALUES
        return CONDITIONS if mark.gives == "condition" else values
    return some.sampled_from(NAMES) if isinstance(mark, Refers) and mark.keyword is None else None


def _several(origin: Any, parts: tuple[Any, ...], marks: tuple[Any, ...], depth: int) -> SearchStrategy[Any] | None:
    least, most = _lengths(marks)
    if origin is list:
        most = max(least, min(most, 2) if depth < DEEPEST else 0)
        return some.lists(some.deferred(lambda: _of(parts[0], (), depth + 1)), min_size=least, max_size=most)
    if origin is dict:
        items = some.deferred(lambda: _of(parts[1], (), depth + 1))
        return some.dictionaries(_of(parts[0], (), depth), items, min_size=least, max_size=3)
    return None


def _plain(annotation: Any, marks: tuple[Any, ...], depth: int) -> SearchStrategy[Any]:
    if annotation is str:
        return _texts(marks)
    if annotation in (int, float):
        return _numbers(annotation, marks)
    known: dict[Any, SearchStrategy[Any]] = {
        bool: some.booleans(),
        timedelta: SPANS,
        SpanValue: SPANS | some.sampled_from(["2 working days", "1 working day"]),
        ConditionTree: some.just(TREE),
        JsonValue: FREE,
    }
    return known[annotation] if annotation in known else some.deferred(lambda: specs(annotation, depth + 1))


def _shallow(part: Any, depth: int) -> bool:
    """Whether a branch of a union may be taken so deep down: blocks that hold blocks may not."""
    holds_more = isinstance(part, type) and part.__name__ in ("Branch", "Parallel")
    return depth < DEEPEST or not holds_more


def _flat(marks: tuple[Any, ...]) -> list[Any]:
    return [each for mark in marks for each in ([mark, *mark.metadata] if isinstance(mark, FieldInfo) else [mark])]


def _lengths(marks: tuple[Any, ...]) -> tuple[int, int]:
    flat = _flat(marks)
    least = max((mark.min_length for mark in flat if isinstance(mark, MinLen)), default=0)
    most = min((mark.max_length for mark in flat if isinstance(mark, MaxLen)), default=3)
    return least, most


def _texts(marks: tuple[Any, ...]) -> SearchStrategy[str]:
    flat = _flat(marks)
    pattern = next((p for mark in flat if (p := getattr(mark, "pattern", None))), None)
    if pattern is not None and "\\d{4}-" in str(pattern):
        return some.dates().map(str)
    if str(pattern) in PATTERNS:
        return some.sampled_from(PATTERNS[str(pattern)])
    if pattern is not None:
        most = min((m for mark in flat if isinstance(m := getattr(mark, "max_length", None), int)), default=100)
        whole = str(pattern).removeprefix("^").removesuffix("$")
        return some.from_regex(whole, fullmatch=True, alphabet=ASCII).filter(lambda text: len(text) <= most)
    strips = any(isinstance(mark, StringConstraints) and mark.strip_whitespace for mark in flat)
    return WORDS.map(str.strip).filter(bool) if strips else WORDS


def _numbers(kind: Any, marks: tuple[Any, ...]) -> SearchStrategy[Any]:
    flat: list[Any] = _flat(marks)
    low = max((cast(float, mark.ge) for mark in flat if isinstance(mark, Ge)), default=0.0)
    high = min((cast(float, mark.le) for mark in flat if isinstance(mark, Le)), default=1_000.0)
    above = any(isinstance(mark, Gt) for mark in flat)
    return some.integers(int(low), int(high)) if kind is int else some.floats(low, high, exclude_min=above)
