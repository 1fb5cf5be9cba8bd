"""People and partners with rights of their own, through the front door of a whole installation."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gongdan.shared.access.tokens import CSRF_HEADER
from gongdan.shared.embedded.stack import Stack
from tests.e2e.desk import Desk, accepted
from tests.e2e.test_command_line import gongdan

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

PASSWORD = "correct horse battery"


async def agent(desk: Desk, role: str) -> str:
    """A new agent with an account; returns the mail address."""
    name = f"{role}-{uuid4().hex[:8]}"
    spec = {"display": name, "email": f"{name}@example.com", "roles": [role]}
    await desk.define({"kind": "Agent", "metadata": {"name": name}, "spec": spec})
    return await account(desk, f"{name}@example.com")


async def account(desk: Desk, email: str) -> str:
    """An account for this address."""
    answer = await desk.http.put(f"/auth/accounts/{email}", json={"password": PASSWORD}, headers=desk.admin)
    assert answer.status_code == 204, answer.text
    return email


@asynccontextmanager
async def signed_in(desk: Desk, email: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser after signing in."""
    headers = {CSRF_HEADER: "1"}
    async with httpx.AsyncClient(base_url=desk.stack.front_url, headers=headers, timeout=90, trust_env=False) as http:
        await until(lambda: _signs_in(http, email))
        yield http


async def _signs_in(http: httpx.AsyncClient, email: str) -> bool:
    """Whether it works; definitions reach api a moment after they were applied."""
    answer = await http.post("/auth/session", json={"email": email, "password": PASSWORD})
    assert answer.status_code == 204, answer.text
    me = (await http.get("/v1/me")).json()
    return bool(me["kind"] == "agent" or not email.startswith(("agent-", "viewer-")))


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(60):
        while not await what():
            await asyncio.sleep(0.1)


async def ticket_of(desk: Desk, email: str) -> str:
    """A ticket that somebody opens by a form."""
    form = {"email": email, "subject": "Help", "message": "It burns."}
    return str((await desk.applied(await desk.form(form)))["ticket"])


async def ask(http: httpx.AsyncClient, ticket: str, **command: Any) -> httpx.Response:
    """Ask for something to be done."""
    return await http.post(f"/intake/v1/tickets/{ticket}/commands", json=command)


async def test_an_agent_does_what_the_role_allows_and_a_viewer_is_refused_at_once(desk: Desk) -> None:
    number = await ticket_of(desk, "customer@example.com")
    async with signed_in(desk, await agent(desk, "agent")) as http:
        done = accepted(await ask(http, number, command="Reply", text="On my way."))
        assert (await http.get(f"/v1/messages/{done}", params={"wait": 50})).json()["status"] == "applied"
    async with signed_in(desk, await agent(desk, "viewer")) as http:
        assert (await http.get(f"/v1/tickets/{number}")).status_code == 200
        refused = await ask(http, number, command="Reply", text="Me too.")
        assert (refused.status_code, "agent" in refused.json()["errors"][0]["cure"]) == (403, True)


async def test_a_contact_sees_and_answers_only_their_own_ticket(desk: Desk) -> None:
    email = await account(desk, f"customer-{uuid4().hex[:8]}@example.com")
    mine, other = await ticket_of(desk, email), await ticket_of(desk, "somebody@example.com")
    async with signed_in(desk, email) as http:
        assert [item["number"] for item in (await http.get("/v1/tickets")).json()["items"]] == [mine]
        assert [(await http.get(f"/v1/tickets/{one}")).status_code for one in (mine, other)] == [200, 404]
        answers = [accepted(await ask(http, one, command="Reply", text="Thanks.")) for one in (mine, other)]
        outcomes = [(await http.get(f"/v1/messages/{one}", params={"wait": 50})).json() for one in answers]
    assert [one["status"] for one in outcomes] == ["applied", "rejected"]
    assert outcomes[1]["reason"] == "unknown-ticket"


async def test_a_contact_may_ask_all_that_the_page_asks_for_them(desk: Desk) -> None:
    email = await account(desk, f"customer-{uuid4().hex[:8]}@example.com")
    mine = await ticket_of(desk, email)
    async with signed_in(desk, email) as http:
        assert (await http.get("/v1/me")).json()["kind"] == "contact"
        for sort in ("-created_at", "-updated_at", "number"):
            asked = {"sort": sort, "status_category": ["new", "open", "waiting"], "limit": 50}
            found = await http.get("/v1/tickets", params=asked)
            assert [one["number"] for one in found.json()["items"]] == [mine], found.text
        for path in (f"/v1/tickets/{mine}", f"/v1/tickets/{mine}/timeline", "/v1/names?workspace=support"):
            assert (await http.get(path)).status_code == 200


async def test_a_partners_key_opens_tickets_until_it_is_revoked(desk: Desk) -> None:
    made = (await desk.post("/auth/keys", {"name": "erp", "roles": ["partner"]})).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    body = {"requester": {"email": "ops@example.com"}, "text": "Disk full"}
    message = accepted(await desk.http.post("/intake/v1/messages", json=body, headers=headers))
    seen = await desk.http.get(f"/v1/messages/{message}", params={"wait": 50}, headers=headers)
    assert seen.json()["status"] == "applied"
    assert (await desk.http.get("/v1/tickets", headers=headers)).json()["items"] == []
    await desk.http.delete(f"/auth/keys/{made['id']}", headers=desk.admin)

    async def is_closed() -> bool:
        return (await desk.http.post("/intake/v1/messages", json=body, headers=headers)).status_code == 401

    await until(is_closed)


async def test_a_role_that_changes_is_in_force_everywhere_without_signing_in_again(desk: Desk) -> None:
    number, name = await ticket_of(desk, "customer@example.com"), f"passing-{uuid4().hex[:8]}"
    role = {"kind": "Role", "metadata": {"name": name}, "spec": {"actions": ["AddNote"], "fields": {"*": "write"}}}
    await desk.define(role)
    made = (await desk.post("/auth/keys", {"name": name, "roles": [name]})).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert (await desk.http.get(f"/v1/tickets/{number}", headers=headers)).status_code == 200
    await desk.define(role | {"spec": {}})

    async def is_blind() -> bool:
        note = {"command": "AddNote", "text": "x"}
        seen = await desk.http.get(f"/v1/tickets/{number}", headers=headers)
        asked = await desk.http.post(f"/intake/v1/tickets/{number}/commands", json=note, headers=headers)
        return (seen.status_code, asked.status_code) == (404, 403)

    await until(is_blind)


async def test_the_audit_proves_itself_whole_on_the_command_line(stack: Stack, desk: Desk) -> None:
    await agent(desk, "viewer")
    status, said = await gongdan(stack, "audit", "verify")
    assert status == 0, said
    status, said = await gongdan(stack, "audit", "verify", "--expect", "f" * 64)
    assert (status, "some are missing" in said) == (3, True)
