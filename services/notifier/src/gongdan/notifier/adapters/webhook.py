"""Webhooks out: one signed POST per attempt, to an address that was checked, with nothing followed.

The host is resolved once, every address of it is checked, and the connection goes to the checked address:
a name that changes its mind in between changes nothing. Connections are not kept, since one address may
serve many hosts.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from gongdan.notifier.domain import signature
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.hook import Hook
from gongdan.notifier.domain.retry import Disabled, GiveUp, Gone, Result, Taken, TryLater, retry_after
from gongdan.notifier.ports import Definitions
from gongdan.shared import secrets
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.channel import Channel
from gongdan.shared.egress import is_public
from gongdan.shared.errors import FixInput

SECONDS = 15.0
AGENT = "Gongdan-Webhooks/1"

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host. Raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _make_client() -> httpx.AsyncClient:
    """No proxy and no netrc from the environment: both would get around the check of addresses."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
    return httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS, limits=limits)


@dataclass(slots=True)
class WebhookCarrier:
    """Carries webhooks to the endpoint that their Channel names now."""

    definitions: Definitions
    clock: Clock
    resolve: Resolve = resolve
    seconds: float = SECONDS
    name: str = "webhooks"
    _client: httpx.AsyncClient = field(default_factory=_make_client)

    async def start(self) -> None:
        """Nothing to do: connections are made for each attempt."""

    async def stop(self) -> None:
        """Let go of the client."""
        await self._client.aclose()

    async def carry(self, claimed: Claimed) -> Result:
        """Make one attempt."""
        hook = Hook.model_validate_json(claimed.delivery.content)
        found = self.definitions.current.find(Channel, hook.channel, hook.workspace)
        if found is None:
            return GiveUp(f"the Channel {hook.channel} is not there any more")
        definition, channel = found
        if claimed.disabled_version is not None and definition.version <= claimed.disabled_version:
            return Disabled()
        try:
            keys = signature.keys_from(secrets.resolve(channel.secret_ref).decode())
        except (FixInput, ValueError) as fault:
            return TryLater(str(fault))
        try:
            async with asyncio.timeout(self.seconds):
                return await self._post(claimed, channel, hook.body.encode(), keys, definition.version)
        except TimeoutError:
            return TryLater(f"no answer within {self.seconds:g} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as fault:
            return TryLater(f"{type(fault).__name__}: {fault}")

    async def _post(
        self, claimed: Claimed, channel: Channel, body: bytes, keys: Sequence[bytes], version: int
    ) -> Result:
        url = httpx.URL(channel.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        address = _choose(await self.resolve(url.host, port), channel.allow_private)
        if address is None:
            return GiveUp(f"{url.host} is not on the public internet; set allow_private to reach it")
        now = self.clock.now()
        headers = signature.headers(keys, str(claimed.delivery.id), now, body)
        headers |= {"host": url.netloc.decode(), "content-type": "application/json", "user-agent": AGENT}
        async with self._client.stream(
            "POST",
            url.copy_with(host=address),
            content=body,
            headers=headers,
            extensions={"sni_hostname": url.host},
        ) as answer:
            return _meaning(answer, now, version)


def _choose(addresses: Sequence[str], allow_private: bool) -> str | None:
    allowed = [one for one in addresses if allow_private or is_public(one)]
    return allowed[0] if len(allowed) == len(addresses) and allowed else None


def _meaning(answer: httpx.Response, now: datetime, version: int) -> Result:
    """Source: Standard Webhooks 1.0.0: 2xx is success, 410 the end, all else, redirects too, is failure."""
    status = answer.status_code
    error = f"HTTP {status}"
    if 200 <= status < 300:
        return Taken()
    if status == 410:
        return Gone(error, version)
    return TryLater(error, retry_after(answer.headers.get("retry-after"), now))
