"""Every refusal is a problem document, FastAPI's own included."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import Response

from gongdan.shared import problems
from gongdan.shared.errors import Complaint, FixInput

PROBLEM: dict[str, Any] = {"description": "A problem document (RFC 9457)", "content": {problems.PROBLEM_TYPE: {}}}
SIGN_IN: dict[int | str, dict[str, Any]] = {401: PROBLEM}
SIGN_IN_OR_MISSING = SIGN_IN | {404: PROBLEM}


def install(app: FastAPI) -> None:
    """Answer all known errors of `app` with problem documents."""
    problems.install(app)
    handler: Any = _invalid
    app.add_exception_handler(RequestValidationError, handler)


async def _invalid(_: Request, error: RequestValidationError) -> Response:
    complaints = [_complaint(item) for item in error.errors()]
    return problems.problem(422, "invalid-input", "the request does not fit its schema", complaints)


def _complaint(item: Mapping[str, Any]) -> Complaint:
    field = ".".join(map(str, item["loc"][1:])) or str(item["loc"][0])
    if item["type"] == "extra_forbidden":
        return Complaint(field, "is not known here", "leave it out, or look up the right name in /openapi.json")
    expected = (item.get("ctx") or {}).get("expected")
    return Complaint(field, item["msg"], f"one of: {expected}" if expected else "correct the value")


def not_found(what: str, field: str, value: object, cure: str) -> FixInput:
    """The refusal of something that is not there (404)."""
    return FixInput("not-found", f"no such {what}", Complaint(field, f"there is no {what} {value}", cure), status=404)
