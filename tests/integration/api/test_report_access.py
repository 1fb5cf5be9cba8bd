"""Every field × every dimension, measure and column: what is hidden is in no figure and in no file."""

from typing import Any

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from tests.integration.api.canaries import FIELDS, CanaryStory
from tests.integration.api.crowd import forms
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.unit.shared.access.given import agent, role

EVERYTHING = {"*": "read"}
MAY: Any = {"actions": ["ReadReports", "Export"]}
# What asks for figures of a field.
FIGURES = {
    "status": ("rows=status", "columns=status_category", "measures=backlog", "measures=resolved"),
    "priority": ("rows=priority",),
    "category": ("rows=team&columns=category",),
    "team": ("rows=team",),
    "assignee": ("columns=assignee",),
    "channel": ("rows=channel", "rows=form"),
    "tier": ("rows=tier", "tier=gold"),
    "requester": ("rows=requester", "rows=organisation"),
    "tags": ("rows=tag", "tag=canary-tags"),
    "messages": ("measures=median_first_response",),
    "clocks": ("measures=sla_hit", "measures=breached", "measures=created&measures=sla_hit_resolution"),
    "cost": ("rows=fields.cost", "measures=sum_cost"),
    "fields.cost": ("rows=fields.cost", "measures=median_cost"),
}
# The columns that show a field, where they are not called like it.
COLUMNS = {
    "status": ("status", "status_category"),
    "channel": ("channel", "form"),
    "requester": ("requester.name", "requester.email", "requester.phone", "requester.id"),
    "clocks": ("sla.resolution.state", "sla.first_response.due_at"),
    "cost": ("fields.cost", "fields.cost.amount"),
    **dict.fromkeys(("messages", "notes", "history", "deliveries"), ()),
}


@pytest.fixture
async def told(live: Live) -> Live:
    """api with one ticket that has a word of its own in each field, and one more."""
    await live.tell(*CanaryStory(1).all(), *CanaryStory(2).all())
    return live


@pytest.mark.parametrize("field", FIGURES)
async def test_no_figure_tells_what_is_hidden_on_any_ticket_that_is_seen(told: Live, field: str) -> None:
    blind = role("blind", fields=EVERYTHING | {field: "hide"}, **MAY)
    half = role("half", fields=EVERYTHING, scope="ticket.number == 'GD-1'", **MAY)
    people = [agent("blind", "blind"), agent("half", "half"), agent("both", "blind", "half")]
    told.definitions.current = catalog_of(1, [blind, half, *people, *forms("support")])
    for question in FIGURES[field]:
        for name, expected in (("blind", 403), ("both", 403), ("half", 200)):
            headers = await session(told, f"agent:{name}")
            answer = await told.stranger.get(f"/v1/reports/pivot?{question}", headers=headers)
            assert answer.status_code == expected, (name, question, answer.text)
            assert "canary" not in answer.text or expected == 200


@pytest.mark.parametrize("field", FIELDS)
async def test_a_column_that_is_always_hidden_is_refused_and_never_offered(told: Live, field: str) -> None:
    define(told, role("blind", fields=EVERYTHING | {field: "hide"}, **MAY))
    headers = await session(told, "agent:blind")
    offered = (await told.stranger.get("/v1/reports/columns", headers=headers)).json()
    for column in COLUMNS.get(field, (field,)):
        answer = await told.stranger.get("/v1/reports/export", params={"columns": column}, headers=headers)
        assert (answer.status_code, column in offered) == (403, False), column


async def test_nobody_learns_which_fields_there_are_by_asking_for_hidden_ones(told: Live) -> None:
    blind, reader = role("blind", fields={"subject": "read"}, **MAY), agent("blind", "blind")
    told.definitions.current = catalog_of(1, [blind, reader, *forms("support")])
    headers = await session(told, "agent:blind")
    for path, part in (("pivot?rows", "fields."), ("pivot?measures", "sum_"), ("export?columns", "fields.")):
        answers = [
            await told.stranger.get(f"/v1/reports/{path}={part}{name}", headers=headers) for name in ("cost", "none")
        ]
        real, made_up = (answer.text.replace("none", "cost") for answer in answers)
        assert (answers[0].status_code, real) == (403, made_up), path


async def test_a_field_that_is_hidden_on_some_tickets_is_blank_in_their_rows_only(told: Live) -> None:
    some = role("some", fields=EVERYTHING, scope="ticket.number == 'GD-2'", **MAY)
    told.definitions.current = catalog_of(
        1, [role("blind", fields={"subject": "read"}, **MAY), some, agent("both", "blind", "some")]
    )
    headers = await session(told, "agent:both")
    query = {"columns": ["number", "team", "other_fields"], "format": "ndjson", "sort": "number"}
    answer = await told.stranger.get("/v1/reports/export", params=query, headers=headers)
    assert answer.text.splitlines() == [
        '{"number":"GD-1","team":null,"other_fields":null}',
        '{"number":"GD-2","team":"canary-team","other_fields":{"cost":"canary-cost"}}',
    ]


@pytest.mark.parametrize("action", ["ReadReports", "Export"])
async def test_an_action_counts_only_for_the_tickets_of_the_roles_that_allow_it(told: Live, action: str) -> None:
    path = {"ReadReports": "pivot", "Export": "export?columns=number&format=ndjson"}[action]
    acting = role("acting", fields={}, actions=[action], scope="ticket.number == 'GD-2'")
    told.definitions.current = catalog_of(
        1, [role("seeing", fields=EVERYTHING), acting, agent("both", "seeing", "acting"), agent("seeing", "seeing")]
    )
    answer = await told.stranger.get(f"/v1/reports/{path}", headers=await session(told, "agent:both"))
    expected = {"ReadReports": '"total":{"created":1}', "Export": '{"number":"GD-2"}\n'}[action]
    assert expected in answer.text
    assert "GD-1" not in answer.text
    assert (
        await told.stranger.get(f"/v1/reports/{path}", headers=await session(told, "agent:seeing"))
    ).status_code == 403
