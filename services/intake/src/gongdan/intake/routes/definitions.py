"""The doors for definitions."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.handlers.definitions import Applying
from gongdan.intake.routes.door import Door, Gate, answer, read_body

REASON = ("reason", "why, kept with the versions it makes")
TRUE = {"1", "true", "yes", ""}


def doors(applying: Applying, gate: Gate) -> list[Door]:
    """Apply and delete, for administrators."""

    async def apply(request: Request) -> Response:
        author = gate.agent(request).agent
        dry_run = request.query_params.get("dry_run", "false").lower() in TRUE
        reason = request.query_params.get("reason", "")
        done = await applying.on_documents(await read_body(request), author, reason, dry_run)
        return answer({"dry_run": dry_run, "definitions": done})

    async def delete(request: Request) -> Response:
        author = gate.agent(request).agent
        kind, name = request.path_params["kind"], request.path_params["name"]
        workspace, reason = request.query_params.get("workspace"), request.query_params.get("reason", "")
        return answer({"definitions": [await applying.on_deletion((kind, workspace or "", name), author, reason)]})

    return [
        Door(
            "POST",
            "/intake/v1/definitions",
            apply,
            "Apply definitions: all of them, or none",
            ("application/yaml", "application/json"),
            answers=200,
            query=(("dry_run", "true: only say what would change"), REASON),
        ),
        Door(
            "DELETE",
            "/intake/v1/definitions/{kind}/{name}",
            delete,
            "Delete a definition",
            answers=200,
            query=(("workspace", "the definition's workspace, where it has one"), REASON),
        ),
    ]
