"""The doors for definitions."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain import limits
from gongdan.intake.handlers.definitions import Applying
from gongdan.intake.ports import Report
from gongdan.intake.routes.door import Door, Gate, answer, read_body
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.errors import Complaint, FixInput

REASON = ("reason", "why, kept with the versions it makes")
DRY_RUN = ("dry_run", "true: only say what would change")
WORKSPACE = ("workspace", "the definition's workspace, where it has one")
ONE = "/intake/v1/definitions/{kind}/{name}"
IMPACT = "/v1/definitions/impact"
TRUE = {"1", "true", "yes", ""}


def doors(applying: Applying, gate: Gate) -> list[Door]:
    """Apply, bring back and delete, for administrators."""

    async def apply(request: Request) -> Response:
        author = await gate.agent(request)
        body = await read_body(request, limits.DEFINITIONS_BYTES)
        return _told(await applying.on_documents(body, author, *_terms(request)), request)

    async def rollback(request: Request) -> Response:
        author = await gate.agent(request)
        version = _version(request.query_params.get("version", ""))
        return _told(await applying.on_rollback(_key(request), version, author, *_terms(request)), request)

    async def delete(request: Request) -> Response:
        author = await gate.agent(request)
        return _told(await applying.on_deletion(_key(request), author, *_terms(request)), request)

    version = ("version", "the version to apply anew")
    kinds = ("application/yaml", "application/json")
    return [
        Door(
            "POST",
            "/intake/v1/definitions",
            apply,
            "Apply definitions: all of them, or none",
            kinds,
            answers=200,
            query=(DRY_RUN, REASON),
        ),
        Door(
            "POST",
            f"{ONE}/rollback",
            rollback,
            "Apply an old version of a definition anew",
            answers=200,
            query=(version, WORKSPACE, DRY_RUN, REASON),
        ),
        Door("DELETE", ONE, delete, "Delete a definition", answers=200, query=(WORKSPACE, DRY_RUN, REASON)),
    ]


def _terms(request: Request) -> tuple[str, bool]:
    """The reason, and whether it is a dry run."""
    return request.query_params.get("reason", ""), _is_dry(request)


def _is_dry(request: Request) -> bool:
    return request.query_params.get("dry_run", "false").lower() in TRUE


def _key(request: Request) -> Key:
    places = request.path_params
    return places["kind"], request.query_params.get("workspace") or "", places["name"]


def _version(text: str) -> int:
    if text.isascii() and text.isdigit() and 0 < int(text[:10]) < 2**31:
        return int(text[:10])
    complaint = Complaint("version", f"{text[:40]!r} is no version", "give the number of an old version, such as 3")
    raise FixInput("invalid-input", "the version is missing or no number", complaint)


def _told(report: Report, request: Request) -> Response:
    """What became of it; of a dry run also what it would change. Which tickets it would, api knows: see `impact`."""
    dry = _is_dry(request)
    body = {"dry_run": dry, "revision": report.revision, "definitions": report.definitions, "doubts": report.doubts}
    return answer(body | ({"unreachable": report.unreachable, "impact": IMPACT} if dry else {}))
