"""Definitions: all or none, every version kept, told in the transaction that makes them true."""

from typing import Any

import pytest

from tests.integration.intake.desk import Intake, Json, refused


def agent(name: str, display: str = "Somebody", **metadata: Any) -> Json:
    """An agent."""
    return {"kind": "Agent", "metadata": {"name": name, **metadata}, "spec": {"display": display}}


async def results(intake: Intake, body: object, query: str = "") -> list[tuple[str, str, int]]:
    """Name, result and version of each definition applied."""
    answer = await intake.post(f"definitions{query}", body)
    assert answer.status_code == 200, answer.text
    return [(item["name"], item["result"], item["version"]) for item in answer.json()["definitions"]]


async def test_on_first_start_the_defaults_are_in_force_and_told(intake: Intake) -> None:
    told = await intake.said("DefinitionApplied")
    assert {item["kind"] for item in told} >= {"Workspace", "Team", "Agent", "Form", "Source", "RoutingRule"}
    assert await intake.said("DefinitionsComplete") == [{"revision": 1, "count": len(told)}]


async def test_every_version_is_kept_with_who_and_why(intake: Intake) -> None:
    assert await results(intake, agent("li.wei"), "?reason=new%20here") == [("li.wei", "created", 1)]
    assert await results(intake, agent("li.wei")) == [("li.wei", "unchanged", 1)]
    assert await results(intake, agent("li.wei", "Li Wei")) == [("li.wei", "changed", 2)]
    rows = await intake.tables.fetch("SELECT * FROM definitions WHERE name = 'li.wei' ORDER BY version")
    assert [(row["version"], row["author"], row["reason"]) for row in rows] == [
        (1, "agent:admin", "new here"),
        (2, "agent:admin", ""),
    ]
    assert [item["revision"] for item in await intake.said("DefinitionsComplete")] == [1, 2, 3]


async def test_yaml_is_taken_with_its_own_words(intake: Intake) -> None:
    team = b"kind: Team\nmetadata: {name: t}\nspec: {members: [on]}\n"
    body = b"kind: Agent\nmetadata: {name: on}\nspec: {display: no}\n---\n" + team
    answer = await intake.http.post("/intake/v1/definitions", content=body)
    assert [item["name"] for item in answer.json()["definitions"]] == ["on", "t"]


async def test_a_dry_run_says_what_would_change_and_changes_nothing(intake: Intake) -> None:
    before = await intake.count("definitions"), await intake.count("outbox")
    assert await results(intake, agent("li.wei"), "?dry_run=true") == [("li.wei", "created", 1)]
    assert (await intake.count("definitions"), await intake.count("outbox")) == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ([agent("ok"), {"kind": "Agnet", "metadata": {"name": "x"}}], 422, "documents[1] (Agnet x).kind"),
        ([agent("ok"), agent("bad", emial="x")], 422, "documents[1] (Agent bad).metadata.emial"),
        ([{"kind": "Team", "metadata": {"name": "t"}, "spec": {"members": ["nobody"]}}], 422, "Team t.spec.members.0"),
        ([agent("ok"), agent("ok")], 422, "metadata.name"),
        ([agent("admin", version=9)], 409, "metadata.version"),
        ([], 422, "body"),
        (["words"], 422, "documents[0]"),
        ([agent("x", workspace="nowhere")], 422, "Agent x.metadata.workspace"),
    ],
)
async def test_if_one_is_wrong_none_is_applied(intake: Intake, body: object, status: int, field: str) -> None:
    before = await intake.count("definitions")
    assert field in refused(await intake.post("definitions", body), status)
    assert await intake.count("definitions") == before


async def test_neither_json_nor_yaml_is_a_bad_request(intake: Intake) -> None:
    answer = await intake.http.post("/intake/v1/definitions", content=b"kind: [")
    assert refused(answer, 400) == ["body"]


async def test_a_deleted_definition_is_told_by_a_tombstone_and_can_come_back(intake: Intake) -> None:
    await results(intake, agent("li.wei"))
    answer = await intake.http.delete("/intake/v1/definitions/Agent/li.wei?reason=left")
    assert answer.json()["definitions"][0] | {"result": "deleted", "version": 2} == answer.json()["definitions"][0]
    row = await intake.tables.fetchrow("SELECT * FROM outbox WHERE type = 'DefinitionDeleted'")
    assert row is not None
    assert (row["aggregateid"], row["payload"]) == ("Agent//li.wei", None)
    assert await results(intake, agent("li.wei")) == [("li.wei", "created", 3)]


async def test_what_others_name_cannot_be_deleted(intake: Intake) -> None:
    answer = await intake.http.delete("/intake/v1/definitions/Agent/admin")
    assert refused(answer, 409) == ["Team support.spec.members.0"]


@pytest.mark.parametrize("path", ["Agent/nobody", "Agnet/admin", "Form/contact"])
async def test_what_is_not_there_cannot_be_deleted(intake: Intake, path: str) -> None:
    assert refused(await intake.http.delete(f"/intake/v1/definitions/{path}"), 404)
