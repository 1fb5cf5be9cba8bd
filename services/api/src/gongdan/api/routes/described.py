"""The description of the interface says of each route who may ask, as the gate decides it."""

from fastapi import FastAPI

from gongdan.api.routes.gate import is_open
from gongdan.shared.access.tokens import COOKIE

SCHEMES = {
    "token": {"type": "http", "scheme": "bearer"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE},
}


def describe(app: FastAPI) -> None:
    """Complete `/openapi.json`. Call once, when all routes are there."""
    document = app.openapi()
    document.setdefault("components", {})["securitySchemes"] = SCHEMES
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = [] if is_open(path) else [{name: []} for name in SCHEMES]
