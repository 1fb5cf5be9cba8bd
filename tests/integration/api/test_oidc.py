"""Signing in by an OpenID Connect provider, which runs as a process of its own."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from gongdan.shared.definitions.catalog import catalog_of
from tests.integration.api.live import Live, running
from tests.ports import free_port
from tests.unit.shared.access.given import agent, role

ANN = {"email": "Ann@example.com", "email_verified": True, "groups": ["engineers", "choir"]}


@dataclass(frozen=True)
class Provider:
    """A provider that believes whoever says who they are."""

    url: str

    def knows(self, sub: str, claims: dict[str, Any]) -> None:
        """Have it say this of somebody."""
        httpx.put(f"{self.url}/users/{sub}", json=claims).raise_for_status()

    def come_back(self, there: str, sub: str = "ann") -> str:
        """Where it sends the browser of somebody who was sent `there` and said who they are."""
        return str(httpx.post(there, data={"sub": sub}).headers["location"])


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """A running provider."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = Provider(f"http://127.0.0.1:{port}")
    try:
        _wait_for(found)
        yield found
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(provider: Provider) -> None:
    for _ in range(600):
        try:
            httpx.get(f"{provider.url}/.well-known/openid-configuration").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider does not start")


@pytest.fixture
async def live(fresh_database: str, tmp_path: Path, provider: Provider) -> AsyncIterator[Live]:
    """api that signs people in by the provider; ann is an agent."""
    more = {
        "oidc_issuer": provider.url,
        "oidc_client_id": "gongdan",
        "oidc_client_secret": "a secret",
        "oidc_roles": {"engineers": ["engineer"], "bosses": ["boss"]},
    }
    provider.knows("ann", ANN)
    async with running(fresh_database, tmp_path, **more) as started:
        roles = [role(name, fields={"*": "read"}) for name in ("engineer", "boss", "viewer")]
        started.definitions.current = catalog_of(1, [*roles, agent("ann", "viewer")])
        yield started


async def sent_away(live: Live) -> str:
    """Where the browser is sent to sign in."""
    answer = await live.stranger.get("/auth/oidc/start")
    assert answer.status_code == 302
    assert answer.headers["cache-control"] == "no-store"
    return str(answer.headers["location"])


async def arrive(live: Live, address: str) -> httpx.Response:
    """Follow the provider's address back to us."""
    return await live.stranger.get(f"/auth/oidc/callback?{urlsplit(address).query}")


async def test_an_agent_signs_in_with_the_roles_of_their_definition_and_of_their_groups(
    live: Live, provider: Provider
) -> None:
    answer = await arrive(live, provider.come_back(await sent_away(live)))
    assert (answer.status_code, answer.headers["location"]) == (302, "/")
    me = (await live.stranger.get("/v1/me")).json()
    assert (me["kind"], me["id"], me["roles"]) == ("agent", "ann", ["engineer", "viewer"])


async def test_what_is_asked_of_the_provider_ties_its_answer_to_this_browser(live: Live) -> None:
    asked = parse_qs(urlsplit(await sent_away(live)).query)
    again = parse_qs(urlsplit(await sent_away(live)).query)
    assert asked["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name]
        assert len(asked[name][0]) >= 43


async def test_the_page_may_know_what_the_provider_is_called(live: Live) -> None:
    assert (await live.stranger.get("/auth/oidc")).json() == {"name": "127.0.0.1"}


async def test_another_browsers_answer_lets_nobody_in(live: Live, provider: Provider) -> None:
    address = provider.come_back(await sent_away(live))
    live.stranger.cookies.clear()
    assert (await arrive(live, address)).status_code == 401
    await sent_away(live)
    assert (await arrive(live, address)).status_code == 401


async def test_a_code_counts_once(live: Live, provider: Provider) -> None:
    there = await sent_away(live)
    kept = dict(live.stranger.cookies)
    address = provider.come_back(there)
    assert (await arrive(live, address)).status_code == 302
    live.stranger.cookies.update(kept)
    assert (await arrive(live, address)).status_code == 401


async def test_a_code_of_another_try_is_refused_for_its_nonce_or_verifier(live: Live, provider: Provider) -> None:
    stolen = parse_qs(urlsplit(provider.come_back(await sent_away(live))).query)["code"][0]
    own = parse_qs(urlsplit(await sent_away(live)).query)["state"][0]
    answer = await arrive(live, f"http://any/?{urlencode({'code': stolen, 'state': own})}")
    assert answer.status_code == 401
    assert (await live.stranger.get("/v1/me")).status_code == 401


async def test_an_address_that_was_not_verified_is_nobodys(live: Live, provider: Provider) -> None:
    provider.knows("mallory", ANN | {"email_verified": False})
    answer = await arrive(live, provider.come_back(await sent_away(live), "mallory"))
    assert answer.status_code == 403


async def test_who_says_no_at_the_provider_is_not_let_in(live: Live) -> None:
    state = parse_qs(urlsplit(await sent_away(live)).query)["state"][0]
    answer = await live.stranger.get("/auth/oidc/callback", params={"error": "access_denied", "state": state})
    assert answer.status_code == 401


async def test_a_strangers_groups_give_no_rights_to_who_is_no_agent(live: Live, provider: Provider) -> None:
    provider.knows("eve", {"email": "eve@example.com", "email_verified": True, "groups": ["bosses"]})
    await arrive(live, provider.come_back(await sent_away(live), "eve"))
    me = (await live.stranger.get("/v1/me")).json()
    assert (me["kind"], me["roles"]) == ("contact", ["contact"])
