"""The definitions in force, and the description of the interface itself."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import JsonValue

from gongdan.api.routes.parameters import MEANINGS
from gongdan.shared.contracts.definitions import DefinitionApplied, DefinitionDeleted
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import KINDS, check
from tests.integration.api.live import Live
from tests.kit.envelopes import envelope_of

AT = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def defined(live: Live) -> Live:
    """api with three teams, two of one name."""
    given = [("field", None, 1), ("field", "maintenance", 4), ("support", None, 2)]
    items = [
        check({"kind": "Team", "metadata": {"name": name, "workspace": place}, "spec": {}}, version)
        for name, place, version in given
    ]
    live.definitions.current = catalog_of(9, items)
    return live


async def test_all_of_a_kind(defined: Live) -> None:
    found = (await defined.client.get("/v1/definitions/Team")).json()
    assert found["revision"] == 9
    assert [(item["name"], item["workspace"], item["version"]) for item in found["items"]] == [
        ("field", None, 1),
        ("field", "maintenance", 4),
        ("support", None, 2),
    ]


async def test_one_of_them(defined: Live) -> None:
    for query, version in (("", 1), ("?workspace=maintenance", 4), ("?workspace=other", 1)):
        found = (await defined.client.get(f"/v1/definitions/Team/field{query}")).json()
        assert (found["version"], found["document"]["metadata"]["name"]) == (version, "field")


async def test_all_of_everything_and_of_a_workspace(defined: Live) -> None:
    for query, versions in (("", [1, 4, 2]), ("?workspace=maintenance", [4]), ("?workspace=other", [])):
        found = (await defined.client.get(f"/v1/definitions{query}")).json()
        assert [item["version"] for item in found["items"]] == versions


async def test_yaml_can_be_changed_and_applied_again(defined: Live) -> None:
    accept = {"Accept": "application/yaml"}
    one = await defined.client.get("/v1/definitions/Team/field?workspace=maintenance", headers=accept)
    assert one.headers["content-type"].startswith("application/yaml")
    assert one.text == "kind: Team\nmetadata: {name: field, workspace: maintenance, version: 4}\nspec: {}\n"
    many = await defined.client.get("/v1/definitions/Team", headers=accept)
    assert many.text.count("---\n") == 2


async def test_each_kind_has_a_schema_that_an_editor_can_fetch(live: Live) -> None:
    for kind in KINDS:
        schema = (await live.stranger.get(f"/v1/definitions/schemas/{kind}")).json()
        assert schema["properties"]["kind"] == {"const": kind, "description": "What is defined."}
    assert (await live.stranger.get("/v1/definitions/schemas")).json()["$schema"].endswith("2020-12/schema")
    assert (await live.stranger.get("/v1/definitions/schemas/Teem")).status_code == 404
    for path in ("", "/", "/Team", "/schemas/Team/history", "/schemas/Team/", "/schemas%2FTeam%2Fhistory"):
        assert (await live.stranger.get(f"/v1/definitions{path}")).status_code == 401, path


def said(data: DefinitionApplied | DefinitionDeleted) -> Event:
    """A record of the definitions topic."""
    envelope = envelope_of(data, "Team//t", uuid4(), AT, source="gongdan.intake", actor=Actor("agent", "admin"))
    return Event(envelope, data, "Team//t")


def applied(version: int, **spec: JsonValue) -> Event:
    """A version of a team."""
    document: dict[str, JsonValue] = {"kind": "Team", "metadata": {"name": "t"}, "spec": spec}
    return said(
        DefinitionApplied(
            kind="Team", name="t", version=version, document=document, author="agent:admin", applied_at=AT,
            reason=f"for the {version}th time", revision=version,
        )
    )  # fmt: skip


async def test_the_history_of_what_came_into_force_this_moment_is_to_be_asked_for_again(defined: Live) -> None:
    answer = await defined.client.get("/v1/definitions/Team/support/history")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")


async def test_every_version_is_told_with_who_when_and_why(live: Live) -> None:
    gone = DefinitionDeleted(
        kind="Team", name="t", version=3, author="agent:admin", deleted_at=AT, reason="done", revision=7
    )
    await live.tell(applied(1), applied(2, members=[]), applied(2, members=[]), said(gone))
    found = (await live.client.get("/v1/definitions/Team/t/history")).json()
    assert [(item["version"], item["deleted"], item["reason"]) for item in found["items"]] == [
        (3, True, "done"),
        (2, False, "for the 2th time"),
        (1, False, "for the 1th time"),
    ]
    assert found["items"][1]["document"]["spec"] == {"members": []}
    page = (await live.client.get("/v1/definitions/Team/t/history?limit=2")).json()
    rest = (await live.client.get(f"/v1/definitions/Team/t/history?before={page['next']}")).json()
    assert [item["version"] for item in (*page["items"], *rest["items"])] == [3, 2, 1]
    assert (await live.client.get("/v1/definitions/Team/none/history")).status_code == 404


async def test_what_is_not_defined_is_a_problem(defined: Live) -> None:
    for path, field in (("Teem", "kind"), ("Team/none", "name")):
        answer = await defined.client.get(f"/v1/definitions/{path}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, field)


async def test_the_interface_describes_itself(live: Live) -> None:
    described = (await live.stranger.get("/openapi.json")).json()
    assert "/intake/v1/openapi.json" in described["info"]["description"]
    why = described["paths"]["/v1/tickets/{number}/why"]["get"]
    assert why["description"].startswith(why["summary"])
    asked = [
        one
        for path in described["paths"].values()
        for operation in path.values()
        for one in operation.get("parameters", ())
    ]
    assert {one["name"] for one in asked if not one.get("description")} == set()
    assert MEANINGS.keys() - {one["name"] for one in asked} == set()
    assert {
        "/v1/messages/{message_id}",
        "/v1/tickets",
        "/v1/tickets/{number}",
        "/v1/tickets/{number}/timeline",
        "/v1/tickets/{number}/why",
        "/v1/events",
        "/v1/definitions",
        "/v1/definitions/impact",
        "/v1/definitions/schemas",
        "/v1/definitions/schemas/{kind}",
        "/v1/definitions/{kind}",
        "/v1/definitions/{kind}/{name}/history",
        "/v1/definitions/{kind}/{name}",
        "/v1/attachments/{sha256}",
        "/v1/me",
        "/auth/session",
    } <= set(described["paths"])
    assert described["paths"]["/v1/me"]["get"]["security"] == [{"token": []}, {"session": []}]
    assert described["paths"]["/auth/session"]["post"]["security"] == []
    parameters = {one["name"] for one in described["paths"]["/v1/tickets"]["get"]["parameters"]}
    assert {"status", "assignee", "q", "sort", "cursor", "limit"} <= parameters
