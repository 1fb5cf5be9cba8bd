"""What definitions would change for open tickets, asked over HTTP."""

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.kit.policies import policy
from tests.kit.whole_story import WholeStory
from tests.unit.shared.access.given import role


@pytest.fixture
async def desk(live: Live) -> Live:
    """Two open tickets, one of them urgent, and a resolved one, under one policy."""
    live.definitions.current = catalog_of(1, [policy("rest")])
    done = WholeStory(3)
    for story in (WholeStory(1), WholeStory(2, priority="urgent")):
        await live.tell(*story.opened())
    await live.tell(*done.opened(), done.resolved())
    return live


async def test_open_tickets_that_would_fall_under_another_policy_are_named(desk: Live) -> None:
    vip = policy("vip", order=1, when='ticket.priority == "urgent"').document
    answer = await desk.client.post("/v1/definitions/impact", json=[vip, policy("rest", warn=["50%"]).document])
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "tickets": 2,
        "complete": True,
        "moves": [
            {
                "before": {"workspace": None, "name": "rest"},
                "after": {"workspace": None, "name": "vip"},
                "count": 1,
                "tickets": ["GD-2"],
            }
        ],
        "retargeted": [{"policy": {"workspace": None, "name": "rest"}, "count": 1}],
    }


async def test_what_deleting_a_policy_would_mean_is_told_too(desk: Live) -> None:
    desk.definitions.current = catalog_of(1, [policy("rest"), policy("vip", order=1, workspace="support")])
    path = "/v1/definitions/impact"
    answer = await desk.client.post(path, json=[], params={"deleted": ["SlaPolicy/support/vip"]})
    assert [(one["before"]["name"], one["after"]["name"], one["count"]) for one in answer.json()["moves"]] == [
        ("vip", "rest", 2)
    ]
    answer = await desk.client.post(path, json=[], params={"deleted": ["SlaPolicy//gone"]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "deleted")


async def test_a_policy_about_the_team_is_chosen_beside_that_about_the_ticket(desk: Live) -> None:
    team = policy("ola", about="team", targets={"ownership": {"*": "4h"}}, order=1).document
    moves = (await desk.client.post("/v1/definitions/impact", json=[team])).json()["moves"]
    assert [(one["before"], one["after"]["name"]) for one in moves] == [(None, "ola")]


async def test_what_is_no_definition_is_a_problem(desk: Live) -> None:
    answer = await desk.client.post("/v1/definitions/impact", json=[{"kind": "SlaPolicy", "metadata": {"name": "x"}}])
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "0.spec.targets")


async def test_a_stranger_learns_nothing(desk: Live) -> None:
    assert (await desk.stranger.post("/v1/definitions/impact", json=[])).status_code == 401


async def test_who_may_not_change_policies_learns_nothing_and_others_of_what_they_see_only(desk: Live) -> None:
    vip = policy("vip", order=1).document
    everything = {"*": "read"}
    define(
        desk,
        role("reader", fields=everything, definitions={"SlaPolicy": "read"}),
        role("writer", fields=everything, definitions={"SlaPolicy": "write"}, scope="ticket.number == 'GD-1'"),
    )
    for name, status in (("reader", 403), ("writer", 200)):
        headers = await session(desk, f"agent:{name}") | {"X-Gongdan-CSRF": "1"}
        answer = await desk.stranger.post("/v1/definitions/impact", json=[vip], headers=headers)
        assert answer.status_code == status, answer.text
    assert [(move["count"], move["tickets"]) for move in answer.json()["moves"]] == [(1, ["GD-1"])]
