"""What people call teams, categories and agents: by title, for whoever sees who and what a ticket names."""

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.unit.shared.access.given import agent, role

NAMES = "/v1/names?workspace=support"


def titled(kind: str, name: str, title: object, workspace: str | None = None) -> Definition:
    """A definition with a title, or (None) without one."""
    return check({"kind": kind, "metadata": {"name": name, "title": title, "workspace": workspace}, "spec": {}}, 1)


@pytest.fixture
async def desk(live: Live) -> Live:
    """api with things that tickets name, and people who see more and less of tickets."""
    live.definitions.current = catalog_of(
        1,
        [
            titled("Team", "night", {"zh": "夜班", "en": "Night shift"}),
            titled("Team", "plain", None),
            titled("Team", "night", {"zh": "客服夜班"}, "support"),
            titled("Category", "repair", "Repair", "support"),
            titled("Category", "move", "Move", "facilities"),
            role("all", fields={"*": "read"}),
            role("some", fields={"*": "read", "team": "hide"}),
            role("elsewhere", "facilities", fields={"*": "read"}),
            role("contact", fields={"*": "read"}),
            *(agent(name, name) for name in ("all", "some")),
            agent("elsewhere", "elsewhere", workspace="facilities"),
        ],
    )
    return live


async def test_each_name_has_its_title_and_the_workspaces_own_comes_first(desk: Live) -> None:
    found = (await desk.client.get(NAMES)).json()
    assert found["team"] == {
        "night": {"zh": "客服夜班", "en": "客服夜班"},
        "plain": {"zh": "plain", "en": "plain"},
    }
    assert found["category"] == {"repair": {"zh": "Repair", "en": "Repair"}}
    assert found["assignee"]["all"] == {"zh": "All", "en": "All"}


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        ("agent:all", {"assignee", "category", "team"}),
        ("agent:some", {"assignee", "category"}),
        ("agent:elsewhere", set()),
        ("contact:email:a@example.com", {"category", "team"}),
    ],
)
async def test_what_is_hidden_on_tickets_has_no_names_and_customers_do_not_hear_of_agents(
    desk: Live, actor: str, told: set[str]
) -> None:
    answer = await desk.stranger.get(NAMES, headers=await session(desk, actor))
    assert answer.status_code == 200, answer.text
    assert {attribute for attribute, names in answer.json().items() if names} == told


async def test_a_stranger_learns_no_name(desk: Live) -> None:
    assert (await desk.stranger.get(NAMES)).status_code == 401
