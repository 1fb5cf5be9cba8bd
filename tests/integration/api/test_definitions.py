"""The definitions in force, and the description of the interface itself."""

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check
from tests.integration.api.live import Live


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


async def test_what_is_not_defined_is_a_problem(defined: Live) -> None:
    for path, field in (("Teem", "kind"), ("Team/none", "name")):
        answer = await defined.client.get(f"/v1/definitions/{path}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (404, field)


async def test_the_interface_describes_itself(live: Live) -> None:
    described = (await live.stranger.get("/openapi.json")).json()
    assert {
        "/v1/messages/{message_id}",
        "/v1/tickets",
        "/v1/tickets/{number}",
        "/v1/tickets/{number}/timeline",
        "/v1/tickets/{number}/why",
        "/v1/events",
        "/v1/definitions/{kind}",
        "/v1/definitions/{kind}/{name}",
        "/v1/attachments/{sha256}",
        "/v1/me",
        "/auth/session",
    } == set(described["paths"])
    assert described["paths"]["/v1/me"]["get"]["security"] == [{"token": []}, {"session": []}]
    assert described["paths"]["/auth/session"]["post"]["security"] == []
    parameters = {one["name"] for one in described["paths"]["/v1/tickets"]["get"]["parameters"]}
    assert {"status", "assignee", "q", "sort", "cursor", "limit"} <= parameters
