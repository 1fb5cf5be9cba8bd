"""What somebody asked to read and may not is in the audit; the answer is the same as for what is not there."""

import pytest

from gongdan.shared.refusals import Denials
from tests.integration.api.canaries import INNER_FILE, CanaryStory
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.unit.shared.access.given import role


@pytest.fixture
async def told(live: Live) -> Live:
    """api with a ticket, and two people: one sees tickets of another team, the other not who they are assigned to."""
    story = CanaryStory(1)
    await live.tell(*story.all())
    seen = {"*": "read"}
    define(
        live,
        role("elsewhere", fields=seen, scope="ticket.team == 'another'", actions=["ReadReports", "Export"]),
        role("blind", fields=seen | {"assignee": "hide"}, actions=["ReadReports", "Export"]),
    )
    return live


async def denied(live: Live) -> list[tuple[str, str, str | None]]:
    """What the audit has: who, what, about what."""
    await next(part for part in live.service.parts if isinstance(part, Denials)).step()
    items = (await live.client.get("/v1/audit", params={"kind": "denied", "order": "asc"})).json()["items"]
    return [(one["actor"], one["subject"], one["detail"].get("about")) for one in items]


@pytest.mark.parametrize("below", ["", "/timeline", "/why"])
async def test_a_ticket_out_of_ones_scope_is_as_if_it_were_not_there_and_the_audit_has_it(
    told: Live, below: str
) -> None:
    headers = await session(told, "agent:elsewhere")
    hidden = await told.stranger.get(f"/v1/tickets/GD-1{below}", headers=headers)
    missing = await told.stranger.get(f"/v1/tickets/GD-9{below}", headers=headers)
    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.text.replace("ticket GD-1", "ticket GD-9") == missing.text
    assert await denied(told) == [("agent:elsewhere", "read a ticket", "GD-1")]


async def test_trying_a_condition_on_a_hidden_ticket_is_asking_for_it(told: Live) -> None:
    headers = await session(told, "agent:elsewhere") | {"X-Gongdan-CSRF": "1"}
    body = {"ticket": "GD-1", "condition": "true"}
    assert (await told.stranger.post("/v1/conditions/test", json=body, headers=headers)).status_code == 404
    assert await denied(told) == [("agent:elsewhere", "read a ticket", "GD-1")]


async def test_what_is_there_for_the_reader_and_what_is_not_there_at_all_is_no_denial(told: Live) -> None:
    headers = await session(told, "agent:blind")
    assert (await told.stranger.get("/v1/tickets/GD-1", headers=headers)).status_code == 200
    assert (await told.stranger.get("/v1/tickets/GD-9", headers=headers)).status_code == 404
    assert await denied(told) == []


@pytest.mark.parametrize(
    ("path", "about"),
    [
        ("/v1/tickets?assignee=li.wei", "assignee"),
        ("/v1/search?q=x&assignee=li.wei", "assignee"),
        ("/v1/reports/pivot?measures=created&rows=assignee", "rows"),
        ("/v1/reports/export?columns=assignee", "assignee"),
    ],
)
async def test_asking_by_what_is_hidden_is_a_denial(told: Live, path: str, about: str) -> None:
    answer = await told.stranger.get(path, headers=await session(told, "agent:blind"))
    assert answer.status_code == 403, answer.text
    [(actor, subject, found)] = await denied(told)
    assert (actor, subject) == ("agent:blind", "ask about what is hidden")
    assert about in (found or "")


async def test_an_enumeration_makes_one_entry_at_once_and_one_with_the_count(told: Live) -> None:
    headers = await session(told, "agent:elsewhere")
    for _ in range(20):
        await told.stranger.get("/v1/tickets/GD-1", headers=headers)
    await denied(told)
    counting = next(part for part in told.service.parts if isinstance(part, Denials))
    for _ in range(20):
        await told.stranger.get("/v1/tickets/GD-1", headers=headers)
    await counting.stop()
    items = (await told.client.get("/v1/audit", params={"kind": "denied"})).json()["items"]
    assert sum(int(one["detail"].get("times", "1")) for one in items) == 40
    assert len(items) <= 3


async def test_a_message_and_a_file_of_a_hidden_ticket_are_denials_too(told: Live) -> None:
    headers = await session(told, "agent:elsewhere")
    for path in (f"messages/{CanaryStory(1).message_id}", f"attachments/{INNER_FILE}"):
        assert (await told.stranger.get(f"/v1/{path}", headers=headers)).status_code == 404
    assert {subject for _, subject, _ in await denied(told)} == {"read a message", "read a file"}


async def test_a_write_by_cookie_without_our_header_is_a_denial(told: Live) -> None:
    headers = await session(told, "agent:blind")
    assert (await told.stranger.post("/v1/conditions/test", json={}, headers=headers)).status_code == 403
    assert await denied(told) == [("agent:blind", "change something by cookie", None)]


async def test_somebody_who_guesses_at_the_administrators_token_is_told_of(live: Live) -> None:
    for _ in range(3):
        assert (await live.stranger.post("/auth/session", json={"token": "guess"})).status_code == 401
    assert (await denied(live))[0] == ("anonymous:", "sign in as administrator", None)


async def test_ending_anothers_session_is_a_denial(told: Live) -> None:
    await session(told, "agent:elsewhere")
    headers = await session(told, "agent:blind") | {"X-Gongdan-CSRF": "1"}
    listed = (await told.client.get("/auth/sessions", params={"everybody": True})).json()
    other = next(one["id"] for one in listed if one["actor"] == "agent:elsewhere")
    assert (await told.stranger.delete(f"/auth/sessions/{other}", headers=headers)).status_code == 404
    assert await denied(told) == [("agent:blind", "end a session", other)]
