"""The definitions in force, what they were before, and the schemas that editors check them by.

Whoever asks for `application/yaml` gets definitions as YAML, ready to be changed and applied again.
"""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from gongdan.api.domain import wanted
from gongdan.api.domain.audit import did
from gongdan.api.domain.views import DefinitionHistory, DefinitionList, DefinitionView
from gongdan.api.ports import Audit, Definitions, DefinitionVersions
from gongdan.api.routes.faults import SIGN_IN_OR_MISSING, not_found
from gongdan.api.routes.gate import rights_of
from gongdan.shared.access.refusal import insist
from gongdan.shared.access.rights import may_define
from gongdan.shared.clock import Clock
from gongdan.shared.definitions import schemas
from gongdan.shared.definitions.registry import KINDS, Definition
from gongdan.shared.definitions.yaml_text import to_stream
from gongdan.shared.errors import RetryLater
from gongdan.shared.json import dumps

YAML = "application/yaml"
EITHER: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": {}, YAML: {}}}}
Workspace = Annotated[str | None, Query(description="whose; without it, of any workspace or none")]


def routes(definitions: Definitions, versions: DefinitionVersions, audit: Audit, clock: Clock) -> APIRouter:
    """`/v1/definitions` and below."""
    router = APIRouter(prefix="/v1/definitions", tags=["definitions"], responses=SIGN_IN_OR_MISSING)
    _add_schemas(router)
    _add_everything(router, definitions, audit, clock)
    _add_definitions(router, definitions)
    _add_history(router, definitions, versions)
    return router


def _add_schemas(router: APIRouter) -> None:
    @router.get("/schemas", response_model=dict[str, Any])
    async def every_schema() -> Response:
        """The JSON Schema (2020-12) of any definition, by its kind. Anybody may read it: editors do."""
        return Response(_every_schema(), media_type="application/json")

    @router.get("/schemas/{kind}", response_model=dict[str, Any])
    async def schema(kind: str) -> Response:
        """The JSON Schema (2020-12) of definitions of one kind. Anybody may read it: editors do."""
        return Response(_schema(_kind(kind)), media_type="application/json")


@cache
def _every_schema() -> bytes:
    return dumps(schemas.any_schema())


@cache
def _schema(kind: str) -> bytes:
    return dumps(schemas.schema_of(kind))


def _add_everything(router: APIRouter, definitions: Definitions, audit: Audit, clock: Clock) -> None:
    @router.get("", response_model=DefinitionList, responses=EITHER)
    async def everything(request: Request, workspace: Workspace = None) -> Response:
        """All definitions; with a workspace, that one and what belongs to it."""
        current = definitions.current
        found = wanted.of_workspace(current, workspace) if workspace else wanted.ordered(current.items.values())
        shown = _readable(request, found)
        if YAML in request.headers.get("accept", ""):
            detail = {"workspace": workspace or "", "count": str(len(shown))}
            await audit.record(did(rights_of(request), clock.now(), "exported", "definitions", detail))
        return await _many(request, current.revision, shown)


def _add_definitions(router: APIRouter, definitions: Definitions) -> None:
    @router.get("/{kind}", response_model=DefinitionList, responses=EITHER)
    async def many(request: Request, kind: str, workspace: Workspace = None) -> Response:
        """All definitions of a kind; with a workspace, those that apply there."""
        current = definitions.current
        _allow(request, _kind(kind), workspace)
        return await _many(request, current.revision, _readable(request, wanted.of_kind(current, kind, workspace)))

    @router.get("/{kind}/{name}", response_model=DefinitionView, responses=EITHER)
    async def one(request: Request, kind: str, name: str, workspace: Workspace = None) -> Response:
        """One definition; the workspace's own before the one that all share."""
        _allow(request, _kind(kind), workspace)
        found = wanted.named(definitions.current, kind, name, workspace)
        if found is None or not _readable(request, [found]):
            raise not_found(kind, "name", name, f"see /v1/definitions/{kind} for those there are")
        return await _answer(request, [found], _view(found))


def _add_history(router: APIRouter, definitions: Definitions, versions: DefinitionVersions) -> None:
    @router.get("/{kind}/{name}/history")
    async def history(
        request: Request,
        kind: str,
        name: str,
        workspace: Workspace = None,
        before: Annotated[int | None, Query(ge=1, description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> DefinitionHistory:
        """Its versions, newest first: who, when, why, and the document. Deleted definitions have one too."""
        found = wanted.named(definitions.current, _kind(kind), name, workspace)
        _allow(request, kind, found.workspace if found else workspace)
        key = (kind, workspace or "", name) if found is None else found.key
        page = await versions.page(key, before, limit)
        if not page.items and before is None and found:
            raise RetryLater(f"the history of {kind} {name} is being read")
        if not page.items and before is None:
            raise not_found(kind, "name", name, "give the workspace too, if it belongs to one")
        return page


def _allow(request: Request, kind: str, workspace: str | None) -> None:
    """Raises NotPermitted (403) when the caller may read no definition of the kind there."""
    rights = rights_of(request)
    insist(rights, f"read {kind}", may_define(rights, kind, workspace))


def _readable(request: Request, found: Sequence[Definition]) -> list[Definition]:
    rights = rights_of(request)
    return [item for item in found if may_define(rights, item.kind, item.workspace).allowed]


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise not_found("kind", "kind", kind, f"one of: {', '.join(sorted(KINDS))}")
    return kind


async def _many(request: Request, revision: int, found: Sequence[Definition]) -> Response:
    body = {"revision": revision, "items": [_view(item) for item in found]}
    return await _answer(request, found, body)


async def _answer(request: Request, found: Sequence[Definition], body: object) -> Response:
    """As YAML when that is asked for, else as JSON. Writing thousands takes seconds; others are served meanwhile."""
    if YAML in request.headers.get("accept", ""):
        text = await asyncio.to_thread(to_stream, [wanted.with_version(item) for item in found])
        return Response(text, media_type=YAML)
    return Response(await asyncio.to_thread(dumps, body), media_type="application/json")


def _view(item: Definition) -> dict[str, Any]:
    return {
        "kind": item.kind,
        "workspace": item.workspace,
        "name": item.name,
        "version": item.version,
        "document": item.document,
    }
