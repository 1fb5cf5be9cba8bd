"""Every field × every route × roles that hide or show just that field: what is hidden shows up nowhere.

The roles are made from the fields there are, so a field that is added is tested as soon as it has a canary.
"""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from gongdan.shared.embedded.postgres import Postgres
from tests.integration.api.canaries import FIELDS, INNER_FILE, PUBLIC_FILE, CanaryStory, canary
from tests.integration.api.live import Live, running
from tests.integration.api.people import define, session
from tests.integration.api.spoken import catch_up
from tests.kit.databases import database_on
from tests.unit.shared.access.given import role

pytestmark = pytest.mark.asyncio(loop_scope="module")

STORY = CanaryStory(1)
EVERYTHING = {"*": "read"}
MAY: Any = {"actions": ["ReadReports", "Export"]}
DIMENSIONS = ("status", "category", "team", "assignee", "requester", "organisation", "tag", "fields.cost")
LISTS = (
    "/v1/tickets",
    "/v1/tickets?sort=-updated_at",
    "/v1/search?q=canary",
    "/v1/search?q=GD-1",
    "/v1/reports/export",
    "/v1/reports/export?format=ndjson&sort=-number",
    *(f"/v1/reports/pivot?rows={name}" for name in DIMENSIONS),
)
ROUTES = (
    *LISTS,
    "/v1/tickets/GD-1",
    "/v1/tickets/GD-1/timeline",
    "/v1/tickets/GD-1/timeline?order=desc&limit=1",
    "/v1/tickets/GD-1/why",
    f"/v1/messages/{STORY.message_id}",
)
# What asks about a field, and must not be answered where the field is hidden.
QUESTIONS = {
    "subject": ("q=canary",),
    "status": ("status=canary-status", "status_category=new"),
    "category": ("category=canary-category", "category=-"),
    "team": ("team=canary-team",),
    "assignee": ("assignee=canary-assignee", "assignee=-"),
    "requester": ("requester=canary-requester@example.com",),
    "priority": ("priority=high", "sort=priority", "sort=-priority"),
    "channel": ("channel=email", "form=canary-channel", "form=-"),
    "snoozed_until": ("snoozed=true", "snoozed=false"),
    "tags": ("tag=canary-tags",),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def told(postgres_server: Postgres, tables: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """api with the story and its files, for all tests of this file: each puts roles in force, and none writes."""
    folder = tmp_path_factory.mktemp("told")
    async with database_on(postgres_server, tables) as url, running(url, folder) as live:
        await live.tell(*STORY.all())
        await catch_up(live.database)
        for digest, content in ((PUBLIC_FILE, b"public"), (INNER_FILE, b"inner")):
            _keep(live.blobs, digest, content)
        yield live


def _keep(folder: Path, digest: str, content: bytes) -> None:
    (folder / digest[:2]).mkdir(exist_ok=True)
    (folder / digest[:2] / digest).write_bytes(content)


async def everything_said(live: Live, headers: Mapping[str, str]) -> str:
    """The answers of all routes."""
    answers = [await live.stranger.get(path, headers=headers) for path in ROUTES]
    assert {answer.status_code for answer in answers} <= {200, 403, 404, 422}
    assert {answer.status_code for path, answer in zip(ROUTES, answers, strict=True) if "export" in path} == {200}
    return "\n".join(answer.text for answer in answers)


@pytest.mark.parametrize("field", FIELDS)
async def test_a_hidden_field_shows_up_nowhere_and_everything_else_does(told: Live, field: str) -> None:
    define(told, role("blind", fields=EVERYTHING | {field: "hide"}, **MAY))
    said = await everything_said(told, await session(told, "agent:blind"))
    assert [one for one in FIELDS if (canary(one) in said) is (one == field)] == []


@pytest.mark.parametrize("field", FIELDS)
async def test_the_only_field_that_is_shown_is_all_that_shows_up(told: Live, field: str) -> None:
    define(told, role("narrow", fields={field: "read"}, **MAY))
    said = await everything_said(told, await session(told, "agent:narrow"))
    assert {one for one in FIELDS if canary(one) in said} <= {field}


@pytest.mark.parametrize("field", QUESTIONS)
async def test_nobody_asks_about_what_is_hidden_from_them(told: Live, field: str) -> None:
    define(
        told, role("blind", fields=EVERYTHING | {field: "hide"}, **MAY), role("seeing", fields={field: "read"}, **MAY)
    )
    blind, seeing = await session(told, "agent:blind"), await session(told, "agent:seeing")
    for question in QUESTIONS[field]:
        for path in ("tickets", "reports/pivot", "reports/export")[: 1 if question.startswith("sort") else None]:
            refused = await told.stranger.get(f"/v1/{path}?{question}", headers=blind)
            answered = await told.stranger.get(f"/v1/{path}?{question}", headers=seeing)
            assert (refused.status_code, answered.status_code) == (403, 200), question
            assert "canary" not in refused.text


@pytest.mark.parametrize(
    "scope", ["false", "ticket.team == 'another'", "ticket.subject.startsWith('x')", "ticket.fields.none == 1"]
)
async def test_a_ticket_out_of_scope_is_as_if_it_were_not_there(told: Live, scope: str) -> None:
    define(told, role("elsewhere", fields=EVERYTHING, scope=scope, **MAY))
    headers = await session(told, "agent:elsewhere")
    assert "canary" not in await everything_said(told, headers)
    for path in ROUTES[len(LISTS) :]:
        real = await told.stranger.get(path, headers=headers)
        made_up = await told.stranger.get(path.replace("GD-1", "GD-99"), headers=headers)
        assert real.status_code == 404, path
        if "messages" not in path:
            assert real.text.replace("no ticket GD-1", "no ticket GD-99") == made_up.text


@pytest.mark.parametrize(
    ("fields", "public", "inner"),
    [
        (EVERYTHING, 200, 200),
        (EVERYTHING | {"notes": "hide"}, 200, 404),
        (EVERYTHING | {"messages": "hide"}, 404, 200),
        ({"subject": "read"}, 404, 404),
    ],
)
async def test_a_file_is_had_only_with_its_conversation(
    told: Live, fields: dict[str, str], public: int, inner: int
) -> None:
    define(told, role("reader", fields=fields))
    headers = await session(told, "agent:reader")
    answers = [await told.stranger.get(f"/v1/attachments/{one}", headers=headers) for one in (PUBLIC_FILE, INNER_FILE)]
    assert [one.status_code for one in answers] == [public, inner]


async def test_a_contact_sees_their_own_ticket_and_nothing_from_inside(told: Live) -> None:
    define(told, role("contact", fields=EVERYTHING, scope="ticket.requester.email == actor.email", **MAY))
    mine = await everything_said(told, await session(told, f"contact:email:{STORY.email}"))
    others = await everything_said(told, await session(told, "contact:email:other@example.com"))
    assert canary("messages") in mine
    assert canary("notes") not in mine
    assert canary("deliveries") not in mine
    assert "canary" not in others
