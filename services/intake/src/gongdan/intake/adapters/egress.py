"""Small files from the public internet: HTTPS, no redirect, never into private networks.

The host is resolved once, every address of it is checked, and the connection goes to the checked address, so a name
that changes its mind in between changes nothing.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import httpx

from gongdan.shared.egress import is_public
from gongdan.shared.errors import RetryLater

SECONDS = 5.0
MOST_BYTES = 64 * 1024

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve(host: str, port: int) -> Sequence[str]:
    """The IP addresses of a host. Raises OSError when it has none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class PublicFetch:
    """A new connection for each file: they are few."""

    resolve: Resolve = resolve
    seconds: float = SECONDS

    async def get(self, url: str) -> bytes:
        """The content. Raises RetryLater when it cannot be had, also where the address leads into private networks."""
        try:
            async with asyncio.timeout(self.seconds):
                return await self._get(httpx.URL(url))
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as fault:
            raise RetryLater(f"a file cannot be fetched: {type(fault).__name__}") from fault

    async def _get(self, url: httpx.URL) -> bytes:
        addresses = await self.resolve(url.host, url.port or 443)
        if url.scheme != "https" or not addresses or not all(map(is_public, addresses)):
            raise RetryLater(f"{url.host} is not on the public internet")
        async with (
            httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=self.seconds) as client,
            client.stream(
                "GET",
                url.copy_with(host=addresses[0]),
                headers={"host": url.netloc.decode()},
                extensions={"sni_hostname": url.host},
            ) as answer,
        ):
            answer.raise_for_status()
            return await _content(answer)


async def _content(answer: httpx.Response) -> bytes:
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > MOST_BYTES:
            raise RetryLater(f"the file is longer than {MOST_BYTES} bytes")
    return content
