"""What applying definitions changes: versions, differences, and rules that nobody reaches any more."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.changes import Stored, plan, plan_deletion
from gongdan.intake.domain.differences import MOST, differences
from gongdan.intake.domain.unreachable import newly_unreachable
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput


def agent(display: str = "Li Wei", **metadata: object) -> Definition:
    """An agent."""
    return check({"kind": "Agent", "metadata": {"name": "li.wei", **metadata}, "spec": {"display": display}})


KEY = agent().key
STORED = {KEY: Stored(KEY, 3, agent().document)}
DELETED = {KEY: Stored(KEY, 3, None)}


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        ({}, agent(), ("created", 1)),
        (STORED, agent(), ("unchanged", 3)),
        (STORED, agent(version=3), ("unchanged", 3)),
        (STORED, agent("Li Wei (away)"), ("changed", 4)),
        (DELETED, agent(), ("created", 4)),
    ],
)
def test_versions_count_up_and_only_for_changes(
    stored: dict[Any, Stored], wanted: Definition, expected: tuple[str, int]
) -> None:
    (planned,) = plan(stored, [wanted])
    assert (planned.result, planned.version) == expected
    assert planned.document is not None
    assert "version" not in planned.document["metadata"]


def test_a_deletion_is_a_version_too() -> None:
    planned = plan_deletion(STORED, KEY)
    assert (planned.result, planned.version, planned.document) == ("deleted", 4, None)


@pytest.mark.parametrize("stored", [{}, DELETED])
def test_what_is_not_there_cannot_be_deleted(stored: dict[Any, Stored]) -> None:
    with pytest.raises(FixInput) as refused:
        plan_deletion(stored, KEY)
    assert refused.value.status == 404


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, [("a.c", 2, None)]),
        ({"a": [1, 2]}, {"a": [1, 3, 4]}, [("a.1", 2, 3), ("a.2", None, 4)]),
        ({"a": {"b": 1}}, {"a": [1]}, [("a", {"b": 1}, [1])]),
        (None, {"a": 1}, [("", None, {"a": 1})]),
    ],
)
def test_what_differs_is_named_by_path_with_old_and_new(
    old: Any, new: Any, expected: list[tuple[str, Any, Any]]
) -> None:
    assert [(one.path, one.old, one.new) for one in differences(old, new)] == expected


def test_differences_are_bounded() -> None:
    assert len(differences({"a": list(range(1_000))}, {"a": list(range(1, 1_001))})) == MOST


documents = st.dictionaries(
    st.text("abc", min_size=1, max_size=2),
    st.recursive(
        st.integers(0, 3) | st.booleans(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=2), inner, max_size=3)
        ),
        max_leaves=8,
    ),
    max_size=4,
)


@given(documents, documents)
def test_there_are_differences_exactly_when_documents_differ(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert differences(old, old) == ()
    found = differences(old, new)
    assert {one.path for one in found} == {one.path for one in differences(new, old)}
    assert bool(found) == (repr(sorted_(old)) != repr(sorted_(new)))


def sorted_(value: Any) -> Any:
    """The same with the names of mappings in order."""
    if isinstance(value, dict):
        return {key: sorted_(value[key]) for key in sorted(value)}
    return [sorted_(item) for item in value] if isinstance(value, list) else value


def rule(
    name: str, order: int, when: object = "true", stop: bool = False, workspace: str | None = "w", **then: Any
) -> Definition:
    """A rule."""
    document = {
        "kind": "RoutingRule",
        "metadata": {"name": name} | ({"workspace": workspace} if workspace else {}),
        "spec": {"order": order, "when": when, "then": [then] if then else [{"add_tags": ["x"]}], "stop": stop},
    }
    return check(document)


WORKSPACES = [check({"kind": "Workspace", "metadata": {"name": name}, "spec": {}}) for name in ("w", "v")]
MAIL = 'message.channel == "email"'
HIGH = 'ticket.priority == "high"'


def hidden(before: list[Definition], after: list[Definition]) -> list[tuple[str, str, str]]:
    """Workspace, rule and what hides it, for rules that a change makes unreachable."""

    def catalog(items: list[Definition]) -> Catalog:
        return catalog_of(1, [*WORKSPACES, *items])

    touched = {item.key for item in [*before, *after]}
    return [
        (one.workspace, one.rule, one.hidden_by) for one in newly_unreachable(catalog(before), catalog(after), touched)
    ]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("a", 1, stop=True), rule("b", 2)], [("w", "b", "a")]),
        ([rule("a", 1, stop=True), rule("b", 1)], [("w", "b", "a")]),
        ([rule("a", 1), rule("b", 2)], []),
        ([rule("a", 2, stop=True), rule("b", 1)], []),
        ([rule("a", 1, MAIL, stop=True), rule("b", 2)], []),
        ([rule("a", 1, MAIL, stop=True), rule("b", 2, f"  {MAIL}\n")], [("w", "b", "a")]),
        ([rule("a", 1, MAIL, stop=True), rule("c", 2), rule("b", 3, MAIL)], [("w", "b", "a")]),
        ([rule("a", 1, HIGH, stop=True), rule("b", 2, HIGH)], [("w", "b", "a")]),
        ([rule("a", 1, HIGH, stop=True), rule("c", 2, set_priority="high"), rule("b", 3, HIGH)], []),
        ([rule("a", 1, stop=True, workspace="v"), rule("b", 2)], []),
        (
            [rule("a", 1, stop=True, workspace=None), rule("b", 2), rule("c", 2, workspace=None)],
            [("", "c", "a"), ("v", "c", "a"), ("w", "b", "a"), ("w", "c", "a")],
        ),
        ([rule("a", 1, stop=True, workspace=None), rule("a", 1, MAIL, stop=True), rule("b", 2)], [("", "b", "a")][:0]),
    ],
)
def test_a_rule_is_unreachable_behind_one_that_always_stops(
    rules: list[Definition], expected: list[tuple[str, str, str]]
) -> None:
    assert hidden([], rules) == expected


def test_only_what_becomes_unreachable_is_named() -> None:
    before = [rule("a", 1, stop=True), rule("b", 2)]
    assert hidden(before, [*before, rule("c", 3)]) == [("w", "c", "a")]
