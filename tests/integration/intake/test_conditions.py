"""Trying conditions on samples: what holds, which clause does not, and what is wrong with either."""

from typing import Any

import pytest

from tests.integration.intake.desk import Intake, refused

PATH = "/intake/v1/conditions/test"
FORM = {
    "kind": "Form",
    "metadata": {"name": "repair", "workspace": "support"},
    "spec": {
        "schema": {"properties": {"cost": {"type": "number"}, "due": {"type": "string", "format": "date"}}},
        "subject": "{cost}",
    },
}
TREE = {
    "rules": [
        {"field": "ticket.priority", "operator": "=", "value": "high"},
        {"field": "fields.cost", "operator": ">", "value": 100},
    ]
}


async def tried(intake: Intake, condition: Any, sample: dict[str, Any]) -> dict[str, Any]:
    """The answer."""
    body = {"condition": condition, "workspace": "support", "sample": sample}
    answer = await intake.http.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_condition_is_tried_on_a_sample_clause_by_clause(intake: Intake) -> None:
    assert (await intake.post("definitions", FORM)).status_code == 200
    sample = {"ticket": {"priority": "high"}, "fields": {"cost": 99}}
    for condition, clause, place in (
        ('ticket.priority == "high" && fields.cost > 100.0', "fields.cost > 100.0", "line 1, column 30"),
        (TREE, "(fields.cost != null && fields.cost > 100.0)", "condition.rules.1"),
    ):
        found = await tried(intake, condition, sample)
        assert (found["holds"], [part["holds"] for part in found["clauses"]["parts"]]) == (False, [True, False])
        (failed,) = found["failed"]
        assert (failed["clause"], failed["place"], failed["values"]) == (clause, place, {"fields.cost": 99.0})
    assert (await tried(intake, TREE, {**sample, "fields": {"cost": 101}}))["failed"] == []


async def test_a_tree_is_answered_with_its_cel_and_the_present_time_is_known(intake: Intake) -> None:
    assert (await intake.post("definitions", FORM)).status_code == 200
    rule = {"field": "fields.due", "operator": "olderThan", "value": "1d"}
    found = await tried(intake, rule, {"fields": {"due": "2001-01-01"}})
    assert (found["holds"], "now - duration" in found["cel"]) == (True, True)


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"condition": "ticket.priorty == 'x'"}, ["condition"]),
        ({"condition": {"field": "fields.nothing", "operator": "null"}}, ["condition.rules.0.field"]),
        ({"condition": {"rules": [{"field": "ticket.priority"}]}}, ["condition.rules.0.operator"]),
        ({"sample": {"ticket": {"priorty": "high"}}}, ["sample.ticket.priorty"]),
        ({"sample": None}, ["body"]),
        ({"sampel": {}}, ["sampel"]),
    ],
)
async def test_what_cannot_be_tried_is_refused_by_field(
    intake: Intake, changes: dict[str, Any], fields: list[str]
) -> None:
    body = {"condition": "true", "workspace": "support", "sample": {}} | changes
    assert refused(await intake.http.post(PATH, json=body), 422) == fields


async def test_who_names_a_ticket_is_sent_on_to_where_tickets_are_read(intake: Intake) -> None:
    answer = await intake.http.post(PATH, json={"condition": "true", "ticket": "GD-1"})
    assert (answer.status_code, answer.headers["location"]) == (307, "/v1/conditions/test")


async def test_the_public_tries_nothing(intake: Intake) -> None:
    assert refused(await intake.public.post(PATH, json={"condition": "true", "sample": {}}), 401)
