"""The doors for what was set aside."""

from typing import TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.quarantine import Discarding, QuarantineQuery
from gongdan.intake.domain.reading import read
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.handlers.quarantine import Releasing
from gongdan.intake.ports import Receipt
from gongdan.intake.routes.door import Door, Gate, accepted, answer, attachable, read_body
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.problems import complaints_of

Model = TypeVar("Model", bound=BaseModel)

ALL = "/intake/v1/quarantine"
ONE = f"{ALL}/{{id}}"
FILTERS = (
    ("channel", "only this channel, such as email"),
    ("source", "only from this mailbox, form or source"),
    ("cause", "only with this cause, such as no-header"),
    ("since", "only what came in at or after this time"),
    ("until", "only what came in before this time"),
)
PAGES = (
    ("order", "asc (oldest first) or desc"),
    ("cursor", "`next` of the page before"),
    ("limit", "how many, at most 500"),
)
STATE = ("state", "waiting (usual), released, discarded or all")


def doors(releasing: Releasing, gate: Gate) -> list[Door]:
    """Look, try again, and decide that something is not wanted."""

    async def listed(request: Request) -> Response:
        await gate.agent(request, "ReadQuarantine")
        return answer(await releasing.page(_query(QuarantineQuery, request)))

    async def shown(request: Request) -> Response:
        await gate.agent(request, "ReadQuarantine")
        return answer(await releasing.one(_id(request)))

    async def raw(request: Request) -> Response:
        await gate.agent(request, "ReadQuarantine")
        entry, content = await releasing.raw(_id(request))
        name = f"{entry.id}.{'eml' if entry.channel == 'email' else 'bin'}"
        return Response(content, headers=_harmless(name), media_type="application/octet-stream")

    async def release(request: Request) -> Response:
        caller = await gate.agent(request, "ReleaseQuarantined")
        return _became(await releasing.on_release(_id(request), _by(caller)))

    async def release_all(request: Request) -> Response:
        caller = await gate.agent(request, "ReleaseQuarantined")
        return answer(await releasing.on_bulk_release(_query(QuarantineQuery, request), _by(caller)))

    async def discard(request: Request) -> Response:
        caller = await gate.agent(request, "DiscardQuarantined")
        why = read(Discarding, await read_body(request))
        return answer(await releasing.on_discard(_id(request), why.reason, _by(caller)))

    bulk = "Read again all that fits, a page at a time; what still cannot be read stays"
    return [
        Door("GET", ALL, listed, "What was set aside", answers=200, query=(STATE, *FILTERS, *PAGES)),
        Door("POST", f"{ALL}/release", release_all, bulk, answers=200, query=(*FILTERS, *PAGES)),
        Door("GET", ONE, shown, "One thing that was set aside", answers=200),
        Door("GET", f"{ONE}/raw", raw, "Its bytes, as they came", answers=200),
        Door("POST", f"{ONE}/release", release, "Read it again"),
        Door("POST", f"{ONE}/discard", discard, "Decide that it is not wanted", Discarding, answers=200),
    ]


def _became(what: Receipt | Attachment | None) -> Response:
    match what:
        case Receipt():
            return accepted(what)
        case Attachment():
            return answer({"message_id": None, "wanted": False, **attachable(what)}, 202)
    return answer({"message_id": None, "wanted": True}, 202)


def _harmless(name: str) -> dict[str, str]:
    """What somebody else sent is never shown by a browser as a page of ours."""
    return {
        "content-disposition": f'attachment; filename="{name}"',
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
    }


def _by(caller: Caller) -> str:
    return str(caller.agent)


def _query(model: type[Model], request: Request) -> Model:
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise FixInput("invalid-input", "the query does not fit its schema", *complaints_of(error)) from error


def _id(request: Request) -> UUID:
    text = request.path_params["id"]
    try:
        return UUID(text)
    except ValueError as error:
        complaint = Complaint("id", f"{text[:80]!r} is no id", "take an id from the list")
        raise FixInput("unknown-quarantine", "nothing there", complaint, status=404) from error
