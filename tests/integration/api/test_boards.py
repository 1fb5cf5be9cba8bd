"""Reports and dashboards as definitions have them, over HTTP."""

from pathlib import Path
from typing import Any

import pytest

from gongdan.intake.domain.documents import read
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.dashboard import Dashboard
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.definitions.report import Report
from tests.integration.api.crowd import crowd, forms, settle
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.integration.api.test_pivots import cells, pivot
from tests.unit.shared.access.given import agent, definition, role

CROWD = crowd(200)
EXAMPLES = Path(__file__).parents[3] / "definitions" / "examples"
CARDS: list[dict[str, Any]] = [
    {"id": "open", "kind": "number", "measure": "backlog", "filter": "status:new,waiting", "at": [0, 0, 3, 2]},
    {
        "id": "trend",
        "kind": "line",
        "measure": "created",
        "by": ["week", "channel"],
        "range": "52w",
        "at": [3, 0, 3, 2],
    },
    {"id": "stars", "kind": "number", "measure": "mean_rating", "at": [6, 0, 3, 2]},
    {"id": "list", "kind": "list", "filter": "tag:red", "at": [0, 2, 3, 2]},
    {"id": "note", "kind": "text", "text": "Hello", "at": [0, 4, 3, 2]},
    {"id": "week", "kind": "report", "report": "weekly", "at": [0, 6, 3, 2]},
    {"id": "costs", "kind": "pie", "measure": "sum_cost", "by": ["fields.kind"], "at": [0, 8, 3, 2]},
]
PIVOT = {"rows": ["team"], "columns": ["month"], "measures": ["created", "mean_rating"], "filter": "priority:high"}
MAY: Any = {"actions": ["ReadReports"], "fields": {"*": "read"}}


def boards(workspace: str | None = "support") -> list[Definition]:
    """A dashboard and the report on it."""
    return [
        definition("Report", "weekly", {"pivot": PIVOT}, workspace),
        definition("Report", "leads", {"dashboard": "operations", "roles": ["lead"]}, workspace),
        definition("Dashboard", "operations", {"cards": CARDS, "refresh": "10s"}, workspace),
    ]


@pytest.fixture
async def told(live: Live) -> Live:
    """api with the crowd, people and boards."""
    await settle(live.database, CROWD)
    roles = [
        role("agent", **MAY),
        role("lead", scope="ticket.subject.endsWith('7')", **MAY),
        role("poor", actions=["ReadReports"], fields={"*": "read", "cost": "hide", "tags": "hide", "team": "hide"}),
    ]
    people = [agent(one.name, one.name) for one in roles]
    place = [agent("local", workspace="repair", roles=["lead"])]
    live.definitions.current = catalog_of(1, [*roles, *people, *place, *boards(), *forms("support", "repair")])
    return live


async def get(live: Live, path: str, actor: str) -> Any:
    """An answer that must be one."""
    answer = await live.stranger.get(path, headers=await session(live, f"agent:{actor}"))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_each_card_shows_what_it_is_defined_to_of_its_workspaces_tickets(told: Live) -> None:
    board = await get(told, "/v1/dashboards/operations", "agent")
    tiles = {tile["id"]: tile for tile in board["tiles"]}
    own = [one.ticket for one in CROWD if one.ticket.workspace == "support"]
    assert (board["refresh_seconds"], [tile["id"] for tile in board["tiles"]]) == (10, [one["id"] for one in CARDS])
    waiting = [one for one in own if one.status_category in {"new", "waiting"}]
    assert tiles["open"]["table"]["total"] == {"backlog": len(waiting)}
    trend = tiles["trend"]["table"]
    assert (trend["total"]["created"], trend["time_zone"]) == (len(own), "Asia/Shanghai")
    assert len(trend["rows"][0]["values"]) == 53
    assert {one["workspace"] for one in tiles["list"]["tickets"]} == {"support"}
    assert all("red" in one["tags"] for one in tiles["list"]["tickets"])
    assert tiles["note"]["card"]["text"] == "Hello"
    high = [one for one in own if one.priority == "high"]
    assert tiles["week"]["table"]["total"] == {"created": len(high)}
    assert [one["name"] for one in tiles["week"]["table"]["left_out"]] == ["mean_rating"]
    assert tiles["stars"]["trouble"]["errors"][0]["field"] == "measures.mean_rating"


async def test_a_report_is_the_pivot_that_it_is_written_as(told: Live) -> None:
    report = await get(told, "/v1/reports/weekly?workspace=support", "agent")
    asked: dict[str, Any] = {"rows": "team", "columns": "month", "priority": "high", "workspace": "support"}
    assert cells(report["table"], "created") == cells(await pivot(told, **asked), "created")
    assert (report["name"], report["workspace"], report["version"]) == ("weekly", "support", 1)


async def test_a_card_of_what_is_hidden_says_so_and_the_others_are_shown(told: Live) -> None:
    board = await get(told, "/v1/dashboards/operations", "poor")
    troubled = {tile["id"] for tile in board["tiles"] if tile["trouble"]}
    assert troubled == {"stars", "list", "week", "costs"}


async def test_a_report_of_a_dashboard_shows_its_reader_only_their_own_tickets(told: Live) -> None:
    report = await get(told, "/v1/reports/leads", "lead")
    trend = next(tile for tile in report["dashboard"]["tiles"] if tile["id"] == "trend")
    own = [one.ticket for one in CROWD if one.ticket.workspace == "support"]
    assert trend["table"]["total"]["created"] == sum(one.subject.endswith("7") for one in own) > 0


@pytest.mark.parametrize(
    ("path", "actor", "status"),
    [
        ("/v1/reports/none", "agent", 404),
        ("/v1/reports/weekly?workspace=repair", "agent", 404),
        ("/v1/dashboards/weekly", "agent", 404),
        ("/v1/reports/leads", "agent", 403),
        ("/v1/reports/leads", "local", 403),
        ("/v1/reports/leads", "nobody", 403),
    ],
)
async def test_what_is_not_there_or_for_others_is_a_problem(told: Live, path: str, actor: str, status: int) -> None:
    answer = await told.stranger.get(path, headers=await session(told, f"agent:{actor}"))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_of_several_by_one_name_the_workspace_says_which(told: Live) -> None:
    catalog = told.definitions.current
    told.definitions.current = catalog_of(2, [*catalog.items.values(), *boards("repair")])
    answer = await told.client.get("/v1/reports/weekly")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "workspace")
    told.definitions.current = catalog_of(3, [*catalog.items.values(), *boards("repair"), *boards(None)])
    shared = (await told.client.get("/v1/reports/weekly")).json()
    high = [one for one in CROWD if one.ticket.priority == "high"]
    assert (shared["workspace"], shared["table"]["total"]["created"]) == (None, len(high))


def examples() -> list[Definition]:
    """All definitions of the worked sets."""
    texts = [path.read_bytes() for path in sorted(EXAMPLES.glob("*/*.yaml"))]
    return [check(one.data, 1) for one in read(b"\n---\n".join(texts)).written]


async def test_every_board_of_the_examples_can_be_answered(live: Live) -> None:
    live.definitions.current = catalog_of(1, examples())
    for kind, spec in (("dashboards", Dashboard), ("reports", Report)):
        for item, _ in live.definitions.current.all(spec):
            answer = await live.client.get(f"/v1/{kind}/{item.name}", params={"workspace": item.workspace})
            assert answer.status_code == 200, answer.text
            for tile in (answer.json().get("dashboard") or answer.json()).get("tiles") or ():
                assert not tile["trouble"] or tile["card"].get("measure") == "mean_rating", tile
