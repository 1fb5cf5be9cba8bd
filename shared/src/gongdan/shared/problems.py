"""Errors as RFC 9457 problem documents that name the field, the value's problem and the cure."""

import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from gongdan.shared.errors import Complaint, FixInput, RetryLater, SlowDown, TooOften
from gongdan.shared.json import dumps

PROBLEM_TYPE = "application/problem+json"

MOST_IN_SHORT = 20
LONGEST_PATH = 200

CURES = {
    "missing": "add this field",
    "extra_forbidden": "remove this field, or correct its name",
    "json_invalid": "send valid JSON in UTF-8",
    "model_type": "send one JSON object",
    "timezone_aware": "add the offset from UTC, for instance Z or +08:00",
}


def problem(
    status: int,
    slug: str,
    title: str,
    complaints: Sequence[Complaint] = (),
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer that is a problem document."""
    return Response(dumps(document(status, slug, title, complaints)), status, headers, PROBLEM_TYPE)


def document(status: int, slug: str, title: str, complaints: Sequence[Complaint] = ()) -> dict[str, object]:
    """A problem document. Source: RFC 9457 section 3; `errors` follows its section 3 example."""
    body: dict[str, object] = {"type": f"urn:gongdan:problem:{slug}", "title": title, "status": status}
    if complaints:
        body["detail"] = "; ".join(f"{c.field}: {c.problem}" for c in complaints[:MOST_IN_SHORT])
        body["errors"] = [_error(complaint) for complaint in complaints]
    return body


def _error(complaint: Complaint) -> dict[str, object]:
    where = {name: getattr(complaint, name) for name in ("document", "path", "line", "column")}
    known = {name: value for name, value in where.items() if value is not None}
    return {"field": complaint.field, "detail": complaint.problem, "cure": complaint.cure, **known}


def complaints_of(error: ValidationError, prefix: str = "") -> tuple[Complaint, ...]:
    """Pydantic's findings as complaints, each with the dotted path of its field."""
    return tuple(
        Complaint(
            field=".".join([prefix, *map(str, item["loc"])]).strip(".") or "body",
            problem=item["msg"].removeprefix("Value error, "),
            cure=CURES.get(item["type"], "correct this value"),
        )
        for item in error.errors(include_url=False, include_context=False, include_input=False)
    )


def refusal(error: FixInput) -> Response:
    """The problem document of a request that is wrong, for whoever answers before the handlers do."""
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return problem(error.status, error.slug, error.title, error.complaints, headers)


async def _fix_input(_: Request, error: FixInput) -> Response:
    return refusal(error)


async def _come_back(_: Request, error: SlowDown | RetryLater) -> Response:
    return come_back(error)


def come_back(error: SlowDown | RetryLater) -> Response:
    """The problem document of what may well succeed a little later."""
    wait = str(max(1, math.ceil(error.delay.total_seconds())))
    status, slug = (429, "too-often") if isinstance(error, TooOften) else (503, "come-back-later")
    return problem(status, slug, str(error), headers={"Retry-After": wait})


async def _invalid(_: Request, error: ValidationError) -> Response:
    return problem(422, "invalid-input", "the request does not fit its schema", complaints_of(error))


async def _http(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    complaints = _astray(request, error.status_code, headers)
    return problem(error.status_code, f"http-{error.status_code}", str(error.detail), complaints, headers)


def _astray(request: Request, status: int, headers: Mapping[str, str]) -> list[Complaint]:
    """What is wrong with a path that leads nowhere, or a method that is not taken there."""
    if status == HTTPStatus.NOT_FOUND:
        cure = "look it up in /openapi.json, or in /intake/v1/openapi.json where something is sent"
        # As it is written in an address: whatever shows it shows no markup of a stranger's.
        written = quote(request.url.path)[:LONGEST_PATH]
        return [Complaint("path", f"leads nowhere: {written}", cure)]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return [Complaint("method", f"{request.method} is not taken here", f"one of: {headers.get('Allow', 'GET')}")]
    return []


HANDLERS: dict[type[Exception], Any] = {
    FixInput: _fix_input,
    SlowDown: _come_back,
    RetryLater: _come_back,
    ValidationError: _invalid,
    HTTPException: _http,
}


def install(app: Starlette) -> None:
    """Answer every known error of `app` with a problem document."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, handler)
