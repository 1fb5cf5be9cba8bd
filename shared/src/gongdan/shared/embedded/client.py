"""Talks to a running installation over its public doors, as a script of a partner would.

A read that is told to come back later does so a few times; a write that is refused is told at once.
"""

import json
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.errors import GongdanError

Json = dict[str, Any]
File = tuple[str, bytes, str]
LONGEST_WAIT = 120.0
PAUSES = (0.2, 0.5, 1.0, 2.0)


class Refused(GongdanError):
    """The service said no. `faults` are the `errors` of its problem document: field, detail, cure, …"""

    def __init__(
        self, status: int, title: str, faults: Sequence[Json] = (), lines: Sequence[str] | None = None
    ) -> None:
        usual = (f"{one.get('field', '')}: {one.get('detail', '')}; {one.get('cure', '')}" for one in faults)
        shown = usual if lines is None else lines
        super().__init__("\n".join([f"refused ({status}): {title}", *(f"  {line}" for line in shown)]))
        self.status = status
        self.title = title
        self.faults = faults

    def told_as(self, lines: Sequence[str]) -> "Refused":
        """The same in other words, a line for each fault."""
        return Refused(self.status, self.title, self.faults, lines)


class Client:
    """The public interface at `url`, with the bearer `token`. Raises Refused, and FixSetup when nobody answers."""

    def __init__(self, url: str, token: str, transport: httpx.BaseTransport | None = None) -> None:
        # Waits for thousands of definitions to be applied; proxies of the environment are not for 127.0.0.1.
        self._http = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(LONGEST_WAIT, connect=10.0),
            transport=transport,
            trust_env=False,
        )

    def get(self, path: str, query: Mapping[str, str | int | list[str]] | None = None) -> Json:
        """The JSON answer of a read."""
        return self._send(self._http.build_request("GET", path, params=query))

    def post(
        self,
        path: str,
        body: object,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, list[str]] | None = None,
    ) -> Json:
        """The JSON answer of a write."""
        return self._send(self._http.build_request("POST", path, json=body, headers=headers, params=query))

    def post_form(self, path: str, answers: Mapping[str, str], files: Sequence[tuple[str, File]]) -> Json:
        """A submission: plain fields, or with files as (name, content, media type) per field."""
        if not files:
            return self.post(path, dict(answers))
        return self._send(self._http.build_request("POST", path, data=answers, files=files))

    def post_raw(
        self, path: str, content: bytes, headers: Mapping[str, str], query: Mapping[str, str] | None = None
    ) -> Json:
        """The JSON answer to bytes that are sent as they are."""
        return self._send(self._http.build_request("POST", path, content=content, headers=headers, params=query))

    def delete(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        """The JSON answer of a deletion."""
        return self._send(self._http.build_request("DELETE", path, params=query))

    def get_text(self, path: str, query: Mapping[str, str], media_type: str) -> str:
        """A read answered as text of this type."""
        return self._answer(self._http.build_request("GET", path, params=query, headers={"Accept": media_type})).text

    def get_bytes(self, path: str) -> bytes:
        """A read answered as it is."""
        return self._answer(self._http.build_request("GET", path)).content

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        """Nothing is opened before it is needed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _send(self, request: httpx.Request) -> Json:
        return dict(self._answer(request).json())

    def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = self._sent(request)
        for pause in PAUSES if request.method == "GET" else ():
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                break
            time.sleep(pause)
            answer = self._sent(request)
        if answer.is_success:
            return answer
        raise refusal(answer.status_code, answer.content)

    def _sent(self, request: httpx.Request) -> httpx.Response:
        try:
            return self._http.send(request)
        except httpx.TransportError as error:
            where = f"{request.url.scheme}://{request.url.netloc.decode()}"
            raise FixSetup(f"no answer from {where} ({error})", "start it with `gongdan up`") from error


def refusal(status: int, content: bytes) -> Refused:
    """What a problem document says; also understands an answer that is none."""
    try:
        body = json.loads(content)
        return Refused(status, str(body.get("title", "")), [dict(one) for one in body.get("errors", [])])
    except (ValueError, AttributeError, TypeError):
        return Refused(status, content[:200].decode(errors="replace"))
