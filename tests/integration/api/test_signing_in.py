"""Accounts, second factors, sessions, keys and acting as somebody else, against a real database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pyotp
import pytest

from gongdan.shared.access.tokens import COOKIE, CSRF_HEADER
from gongdan.shared.definitions.catalog import catalog_of
from tests.integration.api.live import Live
from tests.kit.clients import client_of
from tests.unit.shared.access.given import agent, role

WRITING = {CSRF_HEADER: "1"}
PASSWORD = "correct horse battery"
ANN, CUSTOMER = "ann@example.com", "customer@example.com"
PEOPLE = (
    role("engineer", fields={"*": "read"}),
    role("boss", actions=["*"], fields={"*": "write"}),
    role("contact", fields={"subject": "read"}),
    role("partner", actions=["OpenTicket"]),
    agent("ann", "engineer"),
    agent("bob", "boss"),
)


@pytest.fixture
async def desk(live: Live) -> Live:
    """api with some people; ann has a password."""
    live.definitions.current = catalog_of(1, PEOPLE)
    await account(live, ANN)
    return live


async def account(live: Live, email: str, **more: Any) -> None:
    """Make or change an account."""
    answer = await live.client.put(f"/auth/accounts/{email}", json={"password": PASSWORD} | more)
    assert answer.status_code == 204, answer.text


@asynccontextmanager
async def browser(live: Live, address: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody's browser, elsewhere in the world."""
    headers = WRITING | {"X-Forwarded-For": address}
    async with client_of(str(live.stranger.base_url), headers) as client:
        yield client


async def sign_in(client: httpx.AsyncClient, email: str = ANN, password: str = PASSWORD, **more: str) -> httpx.Response:
    """Try to."""
    return await client.post("/auth/session", json={"email": email, "password": password, **more})


async def kinds(live: Live, **query: Any) -> list[str]:
    """The kinds of all audit entries, oldest first."""
    answer = await live.client.get("/v1/audit", params={"order": "asc", **query})
    return [item["kind"] for item in answer.json()["items"]]


async def test_an_agent_signs_in_with_the_roles_of_their_definition(desk: Live) -> None:
    async with browser(desk) as ann:
        assert (await sign_in(ann)).status_code == 204
        me = (await ann.get("/v1/me")).json()
    assert (me["kind"], me["id"], me["roles"], me["unlimited"]) == ("agent", "ann", ["engineer"], False)


async def test_a_contact_signs_in_as_a_contact(desk: Live) -> None:
    await account(desk, CUSTOMER)
    async with browser(desk) as customer:
        await sign_in(customer, CUSTOMER)
        me = (await customer.get("/v1/me")).json()
    assert (me["kind"], me["id"], me["roles"]) == ("contact", f"email:{CUSTOMER}", ["contact"])


async def test_a_wrong_password_and_a_missing_account_get_the_same_answer(desk: Live) -> None:
    async with browser(desk) as client:
        wrong = await sign_in(client, password="wrong")
        missing = await sign_in(client, email="nobody@example.com")
    assert wrong.status_code == 401
    assert wrong.json() == missing.json()


async def test_who_guesses_must_wait_and_the_owner_elsewhere_need_not(desk: Live) -> None:
    async with browser(desk, "192.0.2.1") as guesser, browser(desk, "192.0.2.2") as owner:
        statuses = [(await sign_in(guesser, password="wrong")).status_code for _ in range(6)]
        right = await sign_in(guesser)
        assert statuses == [401] * 5 + [429]
        assert right.status_code == 429
        assert (await sign_in(owner)).status_code == 204


async def test_an_account_that_was_ended_does_not_sign_in_and_its_sessions_end(desk: Live) -> None:
    async with browser(desk) as ann:
        await sign_in(ann)
        await account(desk, ANN, active=False)
        assert (await ann.get("/v1/me")).status_code == 401
        assert (await sign_in(ann)).status_code == 401


async def test_a_changed_password_ends_all_sessions(desk: Live) -> None:
    async with browser(desk) as ann, browser(desk) as elsewhere:
        await sign_in(ann)
        await sign_in(elsewhere)
        new = "another long password"
        assert (await ann.post("/auth/password", json={"old": "wrong", "new": new})).status_code == 401
        assert (await ann.post("/auth/password", json={"old": PASSWORD, "new": new})).status_code == 204
        assert (await elsewhere.get("/v1/me")).status_code == 401
        assert (await sign_in(ann)).status_code == 401
        assert (await sign_in(ann, password=new)).status_code == 204


async def test_without_a_provider_the_page_offers_none(live: Live) -> None:
    assert (await live.stranger.get("/auth/oidc")).json() == {"name": None}


async def test_a_second_factor_is_asked_for_and_no_code_counts_twice(desk: Live) -> None:
    async with browser(desk) as ann:
        await sign_in(ann)
        codes = pyotp.TOTP((await ann.post("/auth/second-factor")).json()["secret"])
        assert (await ann.post("/auth/second-factor/confirm", json={"code": "000000"})).status_code == 422
        first = codes.now()
        assert (await ann.post("/auth/second-factor/confirm", json={"code": first})).status_code == 204
        assert (await sign_in(ann)).status_code == 401
        assert (await sign_in(ann, code=first)).status_code == 401
        soon = codes.at(datetime.now(UTC), counter_offset=1)
        assert (await sign_in(ann, code=soon)).status_code == 204


async def test_a_session_can_be_ended_from_another_one(desk: Live) -> None:
    async with browser(desk) as ann, browser(desk) as elsewhere:
        await sign_in(ann)
        await sign_in(elsewhere)
        listed = (await ann.get("/auth/sessions")).json()
        other = next(one["id"] for one in listed if not one["current"])
        assert (await ann.delete(f"/auth/sessions/{other}")).status_code == 204
        assert [(await one.get("/v1/me")).status_code for one in (ann, elsewhere)] == [200, 401]


async def test_nobody_ends_anothers_session_without_the_right(desk: Live) -> None:
    await desk.stranger.post("/auth/session", json={"token": desk.client.headers["authorization"].split()[1]})
    async with browser(desk) as ann:
        await sign_in(ann)
        everybody = (await desk.client.get("/auth/sessions", params={"everybody": True})).json()
        admins = next(one["id"] for one in everybody if one["actor"] == "agent:admin")
        assert (await ann.delete(f"/auth/sessions/{admins}")).status_code == 404


async def test_signing_out_ends_the_session_everywhere(desk: Live) -> None:
    async with browser(desk) as ann:
        await sign_in(ann)
        copied = ann.cookies[COOKIE]
        await ann.delete("/auth/session")
        answer = await desk.stranger.get("/v1/me", headers={"Cookie": f"{COOKIE}={copied}"})
    assert answer.status_code == 401


async def test_a_key_is_shown_once_kept_as_a_hash_and_revoked_at_once(desk: Live) -> None:
    made = (await desk.client.post("/auth/keys", json={"name": "erp", "roles": ["partner"]})).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    assert (await desk.stranger.get("/v1/me", headers=headers)).json()["id"] == "erp"
    listed = (await desk.client.get("/auth/keys")).json()
    assert [one["last_used_at"] is not None for one in listed] == [True]
    async with desk.database.transaction() as unit:
        kept = await unit.all("SELECT row_to_json(credentials)::text AS row FROM credentials")
        said = await unit.all("SELECT convert_from(payload, 'UTF8') AS row FROM outbox")
    assert not any(made["secret"] in str(row.row) for row in [*kept, *said])
    assert (await desk.client.delete(f"/auth/keys/{made['id']}")).status_code == 204
    assert (await desk.stranger.get("/v1/me", headers=headers)).status_code == 401


async def test_accounts_and_keys_are_for_who_may_manage_them(desk: Live) -> None:
    async with browser(desk) as ann:
        await sign_in(ann)
        for method, path, body in (
            ("PUT", "/auth/accounts/x@example.com", {"password": PASSWORD}),
            ("POST", "/auth/keys", {"name": "mine", "roles": ["partner"]}),
            ("GET", "/auth/keys", None),
            ("GET", "/v1/audit", None),
            ("POST", "/auth/impersonation", {"actor": "agent:bob", "reason": "curious"}),
        ):
            answer = await ann.request(method, path, json=body)
            assert answer.status_code == 403, path
            assert "boss" in answer.json()["errors"][0]["cure"]
    told = (await desk.client.get("/v1/audit", params={"kind": "denied"})).json()["items"]
    assert {one["subject"] for one in told} == {"ManageAccounts", "ReadAudit", "Impersonate"}


async def test_nobody_makes_a_key_with_more_than_they_have(desk: Live) -> None:
    await account(desk, "bob@example.com")
    async with browser(desk) as bob:
        await sign_in(bob, "bob@example.com")
        answers = [await bob.post("/auth/keys", json={"name": "k", "roles": [name]}) for name in ("boss", "partner")]
    assert [one.status_code for one in answers] == [201, 403]


async def test_acting_as_another_shows_what_they_see_and_leads_no_further(desk: Live) -> None:
    await account(desk, "bob@example.com")
    async with browser(desk) as bob:
        await sign_in(bob, "bob@example.com")
        up = await bob.post("/auth/impersonation", json={"actor": "agent:bob", "reason": "to rise"})
        assert up.status_code == 403
        down = await bob.post("/auth/impersonation", json={"actor": "agent:ann", "reason": "they see nothing"})
        assert down.status_code == 204
        me = (await bob.get("/v1/me")).json()
        again = await bob.post("/auth/impersonation", json={"actor": "agent:ann", "reason": "and on"})
        password = await bob.post("/auth/password", json={"old": PASSWORD, "new": "a new password"})
    assert (me["id"], me["by"], me["roles"]) == ("ann", "agent:bob", ["engineer"])
    assert (again.status_code, password.status_code) == (403, 403)
    assert "impersonated" in await kinds(desk, actor="agent:bob")


async def test_every_way_in_and_every_failure_is_audited(desk: Live) -> None:
    async with browser(desk) as ann:
        await sign_in(ann, password="wrong")
        await sign_in(ann)
        await ann.delete("/auth/session")
    assert await kinds(desk) == ["account_changed", "sign_in_failed", "signed_in", "signed_out"]


async def test_the_audit_can_only_grow(desk: Live) -> None:
    for statement in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(Exception, match="only ever added to"):
            async with desk.database.transaction() as unit:
                await unit.execute(statement)
