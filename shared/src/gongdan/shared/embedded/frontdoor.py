"""One origin for people and partners: passes requests on by path, streaming both ways.

Only for embedded mode, on 127.0.0.1; in a cluster the Ingress does this. It knows nothing of what it passes on.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

LONGEST_BODY = 64 * 1024 * 1024
SMALL_BODY = 64 * 1024
ARRIVAL_SECONDS = 15.0
POOL = 512
KEEP_ALIVE_SECONDS = 15.0  # shorter than the services', so that no request meets a connection being closed
SILENCE = aiohttp.ClientTimeout(total=None, sock_connect=3.0, sock_read=120.0)
HOP_BY_HOP = frozenset(
    name.lower()
    for name in (
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection",
        "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
    )
)  # fmt: skip
UNTRUSTED = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"})

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class TooSlow(Exception):
    """A body that did not arrive in time."""


class TooLong(Exception):
    """A body that turned out longer than allowed while it was passed on."""


@dataclass(frozen=True, slots=True)
class Upstreams:
    """Where requests go, by the first part of their path."""

    intake: str
    api: str

    def of(self, raw_path: str) -> str:
        """The base address for a path as it came, still encoded."""
        is_intake = raw_path.startswith(("/intake/", "/intake?")) or raw_path == "/intake"
        return self.intake if is_intake else self.api


class FrontDoor:
    """Passes each request to the service it is for. `session` must not decompress (see `open_session`)."""

    def __init__(self, session: aiohttp.ClientSession, upstreams: Upstreams, longest_body: int = LONGEST_BODY) -> None:
        self._session = session
        self._upstreams = upstreams
        self._longest = longest_body

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; faults on the way become RFC 9457 problem documents."""
        if not request.raw_path.startswith("/"):
            return problem(400, "bad-request", "the request target must be a path")
        if (request.content_length or 0) > self._longest:
            return self._too_long()
        try:
            return await self._pass_on(request)
        except aiohttp.ClientConnectorError:
            return problem(503, "come-back-later", "the service is not there yet", {"Retry-After": "1"})
        except TooSlow:
            return problem(408, "too-slow", "the request took too long to arrive", {"Connection": "close"})
        except TimeoutError:
            return problem(504, "no-answer", "the service did not answer in time")
        except aiohttp.ClientError as error:
            if isinstance(error.__cause__, TooLong):
                return self._too_long()
            return problem(502, "broken-answer", "the service ended in the middle of the request")

    async def _pass_on(self, request: web.BaseRequest) -> web.StreamResponse:
        url = URL(self._upstreams.of(request.raw_path) + request.raw_path, encoded=True)
        body = await self._body(request)
        headers = forwarded_headers(request)
        async with self._session.request(
            request.method, url, headers=headers, data=body, allow_redirects=False
        ) as answer:
            return await _give_back(request, answer)

    async def _body(self, request: web.BaseRequest) -> bytes | AsyncIterator[bytes] | None:
        if not request.body_exists:
            return None
        if request.content_length is not None and request.content_length <= SMALL_BODY:
            return await _in_time(request)
        return self._limited(request)

    async def _limited(self, request: web.BaseRequest) -> AsyncIterator[bytes]:
        total = 0
        async for chunk in request.content.iter_any():
            total += len(chunk)
            if total > self._longest:
                raise TooLong
            yield chunk

    def _too_long(self) -> web.Response:
        title = f"a request may have at most {self._longest} bytes"
        return problem(413, "body-too-long", title, {"Connection": "close"})


async def _in_time(request: web.BaseRequest) -> bytes:
    """A small body. Raises TooSlow; a longer one is passed on, and its service sees to that."""
    try:
        async with asyncio.timeout(ARRIVAL_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise TooSlow from error


def server_of(answers: Handler) -> web.Server:
    """The server side: bodies are passed as they come, what is compressed is the service's to refuse."""
    return web.Server(answers, access_log=None, handler_cancellation=True, auto_decompress=False)


def open_session() -> aiohttp.ClientSession:
    """The client side: one pool of kept connections, bodies passed as they come."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=POOL, keepalive_timeout=KEEP_ALIVE_SECONDS, use_dns_cache=False),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=SILENCE,
        skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
    )


def forwarded_headers(request: web.BaseRequest) -> "CIMultiDict[str]":
    """The request's headers without those of the connection, and with who asks, as we see it ourselves."""
    headers = _end_to_end(request.headers.items(), request.headers.getall("Connection", ()), UNTRUSTED)
    headers["X-Forwarded-For"] = request.remote or ""
    headers["X-Forwarded-Host"] = request.host
    headers["X-Forwarded-Proto"] = request.scheme
    return headers


async def _give_back(request: web.BaseRequest, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    headers = _end_to_end(answer.headers.items(), answer.headers.getall("Connection", ()))
    if answer.content_length is not None and answer.content_length <= SMALL_BODY and request.method != "HEAD":
        return web.Response(status=answer.status, reason=answer.reason, headers=headers, body=await answer.read())
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
    except (aiohttp.ClientError, TimeoutError):
        # The head is out: only a cut connection still tells the caller that the rest is missing.
        if request.transport is not None:
            request.transport.abort()
        return response
    await response.write_eof()
    return response


def _end_to_end(
    headers: Iterable[tuple[str, str]], connection: Iterable[str], dropped: frozenset[str] = frozenset()
) -> "CIMultiDict[str]":
    named = {token.strip().lower() for value in connection for token in value.split(",")}
    unwanted = HOP_BY_HOP | dropped | named
    return CIMultiDict((name, value) for name, value in headers if name.lower() not in unwanted)


def problem(status: int, slug: str, title: str, headers: dict[str, str] | None = None) -> web.Response:
    """A problem document. Source: RFC 9457 section 3."""
    body = {"type": f"urn:gongdan:problem:{slug}", "title": title, "status": status}
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/problem+json", **(headers or {})},
    )
