"""The description of the interface says of each route who may ask, as the gate decides it."""

from functools import cache
from typing import Any

from fastapi import FastAPI

from gongdan.api.routes.gate import is_open
from gongdan.shared.access.tokens import COOKIE

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


def describe(app: FastAPI) -> None:
    """Let `/openapi.json` be complete. It is made when first asked for."""
    of_routes = app.openapi

    @cache
    def with_callers() -> dict[str, Any]:
        document = of_routes()
        document.setdefault("components", {})["securitySchemes"] = SCHEMES
        for path, operations in document["paths"].items():
            for operation in operations.values():
                operation["security"] = [] if is_open(path) else [{name: []} for name in SCHEMES]
        return document

    app.openapi = with_callers  # type: ignore[method-assign]
