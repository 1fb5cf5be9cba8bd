"""The OpenAPI document of all doors, made from the table that serves them."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gongdan.intake.routes.door import Door, answer

PATH = "/intake/v1/openapi.json"
ABOUT = (
    "What comes in, and what agents do. 202 means kept: `GET /v1/messages/{message_id}?wait=10` says what became of "
    "it. All that is read is described at `/openapi.json`. A refusal is a problem document (RFC 9457) whose `errors` "
    "name the field, what is wrong with it, and the cure."
)
REFERENCE = "#/components/schemas/{model}"
KEYED = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "repetitions with the same key are kept once",
    "schema": {"type": "string", "maxLength": 512},
}
ACCEPTED = {
    "type": "object",
    "required": ["message_id", "duplicate"],
    "properties": {"message_id": {"type": "string", "format": "uuid"}, "duplicate": {"type": "boolean"}},
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "detail", "cure")},
            },
        },
    },
}


def openapi_route(doors: Sequence[Door]) -> Route:
    """The route that serves the document."""
    document = openapi(doors)

    async def serve(_: Request) -> Response:
        return answer(document)

    return Route(PATH, serve)


def openapi(doors: Sequence[Door]) -> dict[str, Any]:
    """The document. Source: OpenAPI 3.1.0."""
    schemas: dict[str, Any] = {"Accepted": ACCEPTED, "Problem": PROBLEM}
    paths: dict[str, Any] = {}
    for door in doors:
        paths.setdefault(door.path, {})[door.method.lower()] = _operation(door, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Gongdan: what is written", "version": "1", "description": ABOUT},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(door: Door, schemas: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": f"{door.method.lower()}_{re.sub(r'[^a-z]+', '_', door.path.partition('/v1/')[2])}",
        "summary": door.summary,
        "security": [] if door.public else [{"token": []}],
        "parameters": _parameters(door),
        "responses": _responses(door),
    }
    content = _content(door, schemas)
    return operation | ({"requestBody": {"required": True, "content": content}} if content else {})


def _parameters(door: Door) -> list[dict[str, Any]]:
    text = {"type": "string"}
    places = re.findall(r"\{(\w+)\}", door.path)
    found: list[dict[str, Any]] = [{"name": name, "in": "path", "required": True, "schema": text} for name in places]
    for place, named in (("query", door.query), ("header", door.headers)):
        found += [{"name": name, "in": place, "description": meaning, "schema": text} for name, meaning in named]
    return [*found, KEYED] if door.answers == 202 else found


def _responses(door: Door) -> dict[str, Any]:
    refused = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    schema = {"$ref": "#/components/schemas/Accepted"} if door.answers == 202 else {"type": "object"}
    done = {"description": "done", "content": {"application/json": {"schema": schema}}}
    return {
        str(door.answers): done,
        "4XX": {"description": "the request must be changed", **refused},
        **({"429": {"description": "too often; come back after Retry-After", **refused}} if door.public else {}),
        "503": {"description": "nothing was kept; come back after Retry-After", **refused},
    }


def _content(door: Door, schemas: dict[str, Any]) -> dict[str, Any]:
    if isinstance(door.takes, tuple):
        return {kind: {"schema": {}} for kind in door.takes}
    adapter = door.takes if isinstance(door.takes, TypeAdapter) else TypeAdapter(door.takes)
    schema = adapter.json_schema(ref_template=REFERENCE, mode="validation")
    schemas |= schema.pop("$defs", {})
    return {"application/json": {"schema": schema, **_examples(door)}}


def _examples(door: Door) -> dict[str, Any]:
    named = {does.replace(" ", "-"): {"summary": does, "value": value} for does, value in door.examples.items()}
    return {"examples": named} if named else {}
