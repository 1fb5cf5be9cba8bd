"""The doors for what was set aside."""

from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.handlers.quarantine import Releasing
from gongdan.intake.routes.door import Door, Gate, accepted, answer
from gongdan.shared.errors import Complaint, FixInput


def doors(releasing: Releasing, gate: Gate) -> list[Door]:
    """Look, and try again."""

    async def waiting(request: Request) -> Response:
        await gate.agent(request, "ReadQuarantine")
        return answer({"quarantine": await releasing.waiting()})

    async def release(request: Request) -> Response:
        await gate.agent(request, "ReleaseQuarantined")
        return accepted(await releasing.on_release(_id(request.path_params["id"])))

    return [
        Door("GET", "/intake/v1/quarantine", waiting, "What was set aside and waits", answers=200),
        Door("POST", "/intake/v1/quarantine/{id}/release", release, "Read again what was set aside"),
    ]


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        complaint = Complaint("id", f"{text!r} is no id", "take an id from the list")
        raise FixInput("unknown-quarantine", "nothing to release", complaint, status=404) from error
