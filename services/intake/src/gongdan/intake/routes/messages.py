"""Doors for API messages, phone logs and agents' commands."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.commands import COMMAND
from gongdan.intake.domain.inputs import NewCall, NewMessage
from gongdan.intake.handlers.inbound import Inbound
from gongdan.intake.ports import Receipt
from gongdan.intake.routes.door import Door, Gate, accepted, read_body
from gongdan.intake.routes.quick import Asked, QuickDoor


def doors(inbound: Inbound, gate: Gate) -> list[Door]:
    """The doors of whoever is signed in."""

    async def messages(request: Request) -> Response:
        caller = await gate.agent(request, "OpenTicket")
        return accepted(await inbound.on_message(await read_body(request), caller))

    async def calls(request: Request) -> Response:
        caller = await gate.agent(request, "LogCall")
        return accepted(await inbound.on_call(await read_body(request), caller))

    async def commands(request: Request) -> Response:
        caller = await gate.agent(request)
        number = request.path_params["number"]
        return accepted(await inbound.on_command(number, await read_body(request), caller))

    return [
        Door("POST", "/intake/v1/messages", messages, "Open a ticket, or add to one", NewMessage),
        Door("POST", "/intake/v1/calls", calls, "Log a telephone call", NewCall),
        Door("POST", "/intake/v1/tickets/{number}/commands", commands, "Ask for a change to a ticket", COMMAND),
    ]


def quick_doors(inbound: Inbound, gate: Gate) -> list[QuickDoor]:
    """The short way for what comes in thousands a second."""

    async def message(asked: Asked) -> Receipt:
        return await inbound.on_message(asked.body, await gate.agent(asked, "OpenTicket"))

    async def call(asked: Asked) -> Receipt:
        return await inbound.on_call(asked.body, await gate.agent(asked, "LogCall"))

    return [QuickDoor("/intake/v1/messages", "messages", message), QuickDoor("/intake/v1/calls", "calls", call)]
