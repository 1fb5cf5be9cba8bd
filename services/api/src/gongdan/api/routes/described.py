"""The description of the interface says of each route what it does, and who may ask, as the gate decides it."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from fastapi import FastAPI

from gongdan.api.routes.gate import is_open
from gongdan.api.routes.parameters import MEANINGS
from gongdan.shared.access.tokens import COOKIE

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}
ABOUT = (
    "What is known of tickets, messages, definitions and figures; signing in, accounts and keys. All that is written "
    "is described at `/intake/v1/openapi.json`. A refusal is a problem document (RFC 9457) whose `errors` name the "
    "field, what is wrong with it, and the cure."
)
SENTENCE_END = re.compile(r"\.(?:\s|$)")


def describe(app: FastAPI) -> None:
    """Let `/openapi.json` be complete. It is made when first asked for."""
    of_routes = app.openapi

    @cache
    def with_callers() -> dict[str, Any]:
        document = of_routes()
        document["info"]["description"] = ABOUT
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        for path, operations in document["paths"].items():
            for operation in operations.values():
                _explain(operation.get("parameters", ()))
                operation["summary"] = SENTENCE_END.split(operation["description"], 1)[0]
                operation["security"] = [] if is_open(path) else [{name: []} for name in SCHEMES]
        return document

    app.openapi = with_callers  # type: ignore[method-assign]  # as FastAPI says how to extend it


def _explain(parameters: Iterable[dict[str, Any]]) -> None:
    for parameter in parameters:
        if parameter["name"] in MEANINGS:
            parameter.setdefault("description", MEANINGS[parameter["name"]])
