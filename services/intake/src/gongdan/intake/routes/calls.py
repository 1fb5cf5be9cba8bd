"""The door for switchboards."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.calls import CallEvent
from gongdan.intake.handlers.calls import Switchboard
from gongdan.intake.routes.door import Door, Gate, accepted, read_body


def doors(switchboard: Switchboard, gate: Gate) -> list[Door]:
    """One door for everything that happens to a call."""

    async def events(request: Request) -> Response:
        caller = await gate.agent(request, "LogCall")
        return accepted(await switchboard.on_event(await read_body(request), caller))

    return [
        Door(
            "POST",
            "/intake/v1/calls/events",
            events,
            "What happens to a call: it rings, is answered, ends, was recorded; all of it makes one message",
            CallEvent,
        )
    ]
