"""Definitions: all or none, every version kept, told in the transaction that makes them true."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from gongdan.intake.adapters.definitions import PostgresDefinitions
from gongdan.intake.app import build
from gongdan.shared.definitions.registry import KINDS
from gongdan.shared.embedded.documents import read_files
from tests.integration.intake.conftest import settings, started
from tests.integration.intake.desk import Intake, Json, refused

EXAMPLES = Path(__file__).parents[3] / "definitions" / "examples"
EVERY_KIND = Path(__file__).parents[2] / "fixtures" / "every_kind.yaml"


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


async def test_every_kind_is_applied_as_people_write_it(intake: Intake) -> None:
    answer = await intake.http.post("/intake/v1/definitions", content=EVERY_KIND.read_bytes())
    assert answer.status_code == 200, answer.text
    assert {item["result"] for item in answer.json()["definitions"]} == {"created"}
    assert {item["kind"] for item in answer.json()["definitions"]} == set(KINDS)


async def test_a_dry_run_says_what_would_change_and_changes_nothing(intake: Intake) -> None:
    before = await intake.count("definitions"), await intake.count("outbox")
    assert await results(intake, agent("li.wei"), "?dry_run=true") == [("li.wei", "created", 1)]
    assert (await intake.count("definitions"), await intake.count("outbox")) == before


async def test_a_deleted_definition_is_told_by_a_tombstone_and_can_come_back(intake: Intake) -> None:
    await results(intake, agent("li.wei"))
    answer = await intake.http.delete("/intake/v1/definitions/Agent/li.wei?reason=left")
    assert answer.json()["definitions"][0] | {"result": "deleted", "version": 2} == answer.json()["definitions"][0]
    rows = await intake.tables.fetch("SELECT * FROM outbox WHERE type IN ('DefinitionDeleted', 'DefinitionTombstone')")
    assert [row["aggregateid"] for row in rows] == ["Agent//li.wei"] * 2
    assert rows[1]["payload"] is None
    (said,) = await intake.said("DefinitionDeleted")
    assert (said["version"], said["author"], said["reason"]) == (2, "agent:admin", "left")
    assert await results(intake, agent("li.wei")) == [("li.wei", "created", 3)]


async def test_a_deletion_can_be_tried(intake: Intake) -> None:
    await results(intake, agent("li.wei"))
    before = await intake.count("definitions")
    answer = await intake.http.delete("/intake/v1/definitions/Agent/li.wei?dry_run=true")
    assert [item["result"] for item in answer.json()["definitions"]] == ["deleted"]
    assert await intake.count("definitions") == before


async def test_what_others_name_cannot_be_deleted(intake: Intake) -> None:
    answer = await intake.http.delete("/intake/v1/definitions/Agent/admin")
    assert "Team support.spec.members.0" in refused(answer, 409)


@pytest.mark.parametrize("path", ["Agent/nobody", "Agnet/admin", "Form/contact"])
async def test_what_is_not_there_cannot_be_deleted(intake: Intake, path: str) -> None:
    assert refused(await intake.http.delete(f"/intake/v1/definitions/{path}"), 404)


async def roll_back(intake: Intake, path: str) -> httpx.Response:
    """Ask for an old version."""
    return await intake.http.post(f"/intake/v1/definitions/{path}")


async def test_an_old_version_is_applied_anew_as_a_new_one(intake: Intake) -> None:
    for display in ("A", "B", "C"):
        await results(intake, agent("li.wei", display))
    answer = await roll_back(intake, "Agent/li.wei/rollback?version=1")
    assert (answer.json()["revision"], answer.json()["definitions"][0]["version"]) == (5, 4)
    last = (await intake.said("DefinitionApplied"))[-1]
    assert (last["document"]["spec"]["display"], last["reason"]) == ("A", "back to version 1")
    again = await roll_back(intake, "Agent/li.wei/rollback?version=1")
    assert again.json()["definitions"][0]["result"] == "unchanged"


async def test_an_old_version_is_checked_as_any_other(intake: Intake) -> None:
    await results(intake, [agent("a"), {"kind": "Team", "metadata": {"name": "t"}, "spec": {"members": ["a"]}}])
    await results(intake, {"kind": "Team", "metadata": {"name": "t"}, "spec": {}})
    await intake.http.delete("/intake/v1/definitions/Agent/a")
    answer = await roll_back(intake, "Team/t/rollback?version=1")
    assert refused(answer, 422) == ["documents[0] (Team t).spec.members.0"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("Agent/li.wei/rollback?version=9", 404),
        ("Agent/li.wei/rollback?version=2", 422),
        ("Agent/li.wei/rollback?version=x", 422),
        ("Agent/li.wei/rollback", 422),
        ("Agent/nobody/rollback?version=1", 404),
        ("Agnet/li.wei/rollback?version=1", 404),
    ],
)
async def test_there_is_no_way_back_to_what_never_was(intake: Intake, path: str, status: int) -> None:
    await results(intake, agent("li.wei"))
    await intake.http.delete("/intake/v1/definitions/Agent/li.wei")
    assert refused(await roll_back(intake, path), status)


async def test_a_dry_run_says_what_differs(intake: Intake) -> None:
    await results(intake, agent("li.wei", "A"))
    body = [agent("li.wei", "B"), agent("new"), agent("admin", "Administrator")]
    body[2]["spec"]["email"] = "admin@gongdan.localhost"
    answer = (await intake.post("definitions?dry_run=true", body)).json()
    assert (answer["dry_run"], answer["revision"]) == (True, 2)
    assert [item["document"] for item in answer["definitions"]][:2] == body[:2]
    assert [(item["result"], item["changes"]) for item in answer["definitions"][:2]] == [
        ("changed", [{"path": "spec.display", "old": "A", "new": "B"}]),
        ("created", []),
    ]


async def test_a_dry_run_says_which_rules_nobody_reaches_any_more(intake: Intake) -> None:
    stop = {
        "kind": "RoutingRule",
        "metadata": {"name": "all", "workspace": "support"},
        "spec": {"order": 45, "when": "true", "then": [{"add_tags": ["x"]}], "stop": True},
    }
    answer = (await intake.post("definitions?dry_run=true", stop)).json()
    assert [(item["workspace"], item["rule"], item["hidden_by"]) for item in answer["unreachable"]] == [
        ("support", "equipment", "all")
    ]
    assert answer["impact"] == "/v1/definitions/impact"


async def test_what_is_hardly_meant_is_told_and_applied_all_the_same(intake: Intake) -> None:
    trap = {
        "apiVersion": "gongdan/v1",
        "kind": "Workflow",
        "metadata": {"name": "trap", "workspace": "support"},
        "spec": {
            "states": {"new": {"category": "new"}, "stuck": {"category": "open"}},
            "transitions": {"begin": {"from": ["new"], "to": "stuck"}},
        },
    }
    for dry_run in ("true", "false"):
        answer = (await intake.post(f"definitions?dry_run={dry_run}", trap)).json()
        assert [(one["kind"], one["name"], one["field"], one["problem"]) for one in answer["doubts"]] == [
            ("Workflow", "trap", "spec.states.stuck", "cannot be left")
        ]
    assert (await intake.post("definitions", trap)).json()["doubts"] == []


async def test_a_change_that_another_replica_made_is_noticed(intake: Intake, database: str, tmp_path: Path) -> None:
    other = build(settings(database, tmp_path), intake.clock)
    async with started(other, ("definitions",)), Intake.of(other, intake.clock, database) as replica:
        await results(intake, agent("li.wei"))
        assert await results(replica, agent("li.wei", "Li Wei")) == [("li.wei", "changed", 2)]
        assert await results(intake, agent("li.wei", "Li Wei")) == [("li.wei", "unchanged", 2)]
    await other.parts[0].stop()


async def test_many_changes_at_once_get_revisions_without_gaps(intake: Intake) -> None:
    await asyncio.gather(*(results(intake, agent(f"a{number}")) for number in range(10)))
    assert [item["revision"] for item in await intake.said("DefinitionsComplete")] == list(range(1, 12))


async def test_what_this_version_cannot_read_is_named_and_its_predecessor_stays(
    intake: Intake, database: str, tmp_path: Path
) -> None:
    await results(intake, agent("li.wei"))
    store = next(part for part in intake.service.parts if isinstance(part, PostgresDefinitions))
    await intake.tables.execute(
        """
        INSERT INTO definitions (kind, workspace, name, version, revision, document, author, reason, applied_at)
        SELECT kind, workspace, name, 2, 3, '{"kind": "Agent", "metadata": {"name": "li.wei"}, "spec": {"new": 1}}',
               author, reason, applied_at FROM definitions WHERE name = 'li.wei'
        """
    )
    await store.refresh()
    assert (store.current.revision, store.current.items["Agent", "", "li.wei"].version) == (3, 1)
    answer = await intake.public.get("/readyz")
    assert "Agent//li.wei: version 2 cannot be read" in answer.json()["degraded"]["definitions"]
    other = build(settings(database, tmp_path), intake.clock)
    async with started(other, ("definitions",)):
        anew = next(part for part in other.parts if isinstance(part, PostgresDefinitions))
        assert anew.current.items["Agent", "", "li.wei"].version == 1
    await other.parts[0].stop()
    assert await results(intake, agent("li.wei", "Mended")) == [("li.wei", "changed", 3)]
    assert (await intake.public.get("/readyz")).json()["degraded"] == {}


@pytest.mark.parametrize("example", sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
async def test_an_example_applies_on_a_new_installation_and_once_more_without_a_change(
    intake: Intake, example: str
) -> None:
    text = read_files([EXAMPLES / example]).text
    first = (await intake.http.post("/intake/v1/definitions", content=text.encode())).json()
    assert {item["result"] for item in first["definitions"]} <= {"created", "changed"}, first
    again = (await intake.http.post("/intake/v1/definitions", content=text.encode())).json()
    assert ({item["result"] for item in again["definitions"]}, again["revision"]) == ({"unchanged"}, first["revision"])
