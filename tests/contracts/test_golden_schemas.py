"""Contracts only grow: a field, a value or a type that readers were promised stays."""

from typing import Any

import pytest

from gongdan.shared.contracts.registry import MODEL_OF
from tests.contracts.golden import broken, current, promised

NOW = current()
BEFORE = promised()


@pytest.mark.parametrize("event", sorted(BEFORE))
def test_an_event_keeps_all_that_it_promised(event: str) -> None:
    assert event in NOW, f"{event} is gone"
    assert broken(BEFORE[event], NOW[event]) == []


def test_every_event_has_a_golden_schema_that_holds_its_latest_additions() -> None:
    """When this fails and the other tests pass, the change is additive: run `make docs`."""
    assert [name for name in MODEL_OF if BEFORE.get(name) != NOW[name]] == []


OLD: dict[str, Any] = {
    "properties": {"id": {"type": "string"}, "note": {"type": "string", "default": ""}},
    "required": ["id"],
    "$defs": {"Priority": {"enum": ["low", "high"]}},
}


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"properties": {"id": {"type": "string"}}}, "payload: note is gone"),
        ({"properties": {**OLD["properties"], "id": {"type": "integer"}}}, "payload: id changed its type"),
        ({"required": []}, "payload: id may now be missing"),
        (
            {"properties": {**OLD["properties"], "more": {"type": "string"}}},
            "payload: more is new and has no default, so older events cannot be read",
        ),
        ({"$defs": {"Priority": {"enum": ["low"]}}}, "Priority: value 'high' is gone"),
        ({"$defs": {}}, "Priority: is gone"),
    ],
)
def test_taking_something_back_is_noticed(change: dict[str, Any], complaint: str) -> None:
    assert broken(OLD, {**OLD, **change}) == [complaint]


@pytest.mark.parametrize(
    "change",
    [
        {"properties": {**OLD["properties"], "more": {"type": "string", "default": ""}}},
        {"$defs": {**OLD["$defs"], "Person": {"properties": {}}}},
        {"properties": {"id": {"type": "string", "description": "its id"}, "note": {"type": "string"}}},
    ],
)
def test_adding_something_is_allowed(change: dict[str, Any]) -> None:
    assert broken(OLD, {**OLD, **change}) == []
