"""Trying a condition on a ticket: its clauses, as far as whoever asks may see the ticket."""

from typing import Any

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

PATH = "/v1/conditions/test"
FORM = {
    "kind": "Form",
    "metadata": {"name": "repair", "workspace": "support"},
    "spec": {"schema": {"properties": {"cost": {"type": "number"}}}},
}


@pytest.fixture
async def desk(live: Live) -> Live:
    """One open ticket, where a form gives a field."""
    live.definitions.current = catalog_of(1, [check(FORM)])
    await live.tell(*WholeStory(1, priority="urgent").opened())
    return live


async def tried(desk: Live, condition: Any, ticket: str = "GD-1") -> dict[str, Any]:
    """The answer."""
    answer = await desk.client.post(PATH, json={"condition": condition, "ticket": ticket})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_condition_is_tried_on_a_ticket_clause_by_clause(desk: Live) -> None:
    found = await tried(desk, 'ticket.priority == "urgent" && fields.cost != null && fields.cost > 100.0')
    assert (found["holds"], [one["clause"] for one in found["failed"]]) == (
        False,
        ["fields.cost != null", "fields.cost > 100.0"],
    )
    assert (await tried(desk, 'ticket.priority == "urgent"'))["holds"] is True


async def test_a_tree_is_tried_as_well_and_knows_when_the_ticket_was_changed(desk: Live) -> None:
    tree = {"rules": [{"field": "ticket.priority", "operator": "in", "value": ["high", "urgent"]}]}
    found = await tried(desk, tree)
    assert (found["holds"], found["cel"]) == (True, '(ticket.priority in ["high", "urgent"])')
    assert (await tried(desk, "now > timestamp('2001-01-01T00:00:00Z')"))["holds"] is True


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"condition": "true", "ticket": "GD-404"}, 404, "number"),
        ({"condition": "true", "sample": {}}, 422, "ticket"),
        ({"condition": "message.text == 'x'", "ticket": "GD-1"}, 422, "condition"),
        ({"condition": {"field": "fields.gone", "operator": "null"}, "ticket": "GD-1"}, 422, "condition.rules.0.field"),
    ],
)
async def test_what_cannot_be_tried_is_a_problem(desk: Live, body: dict[str, Any], status: int, field: str) -> None:
    answer = await desk.client.post(PATH, json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


async def test_editors_learn_what_there_is_to_look_at_and_how_to_compare_it(desk: Live) -> None:
    found = (await desk.client.get("/v1/conditions/variables?place=ticket&workspace=support")).json()
    known = found["variables"]
    assert (known["fields.cost"], known["ticket.priority"], known["now"]) == ("double?", "string", "timestamp")
    assert found["operators"]["bool"] == ["=", "!="]
    assert "olderThan" in found["operators"]["timestamp?"]
    assert (await desk.client.get("/v1/conditions/variables?place=nowhere")).status_code == 422


async def test_a_stranger_learns_nothing(desk: Live) -> None:
    assert (await desk.stranger.post(PATH, json={"condition": "true", "ticket": "GD-1"})).status_code == 401
    assert (await desk.stranger.get("/v1/conditions/variables")).status_code == 401
