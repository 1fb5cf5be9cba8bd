"""Doors for API messages, phone logs and agents' commands."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain.commands import COMMAND
from gongdan.intake.domain.inputs import NewCall, NewMessage
from gongdan.intake.handlers.inbound import Inbound
from gongdan.intake.ports import Receipt
from gongdan.intake.routes.door import Door, Gate, accepted, read_body
from gongdan.intake.routes.quick import Asked, QuickDoor

MESSAGES: Mapping[str, object] = {
    "open a ticket": {
        "requester": {"email": "lin@example.com", "name": "Lin"},
        "subject": "打印机坏了",
        "text": "三楼的打印机不工作。",
        "priority": "high",
    },
    "add to a ticket": {"requester": {"email": "lin@example.com"}, "text": "It works again.", "ticket": "GD-1"},
}
CALLS: Mapping[str, object] = {
    "log a call": {"from": "+8613800138000", "subject": "Asks for an offer", "notes": "Wants ten licences; call back."},
}
COMMANDS: Mapping[str, object] = {
    "answer the requester": {"command": "Reply", "text": "您好，我们正在处理。"},
    "write a note": {"command": "AddNote", "text": "The part is ordered."},
    "give it to a team": {"command": "Assign", "team": "support"},
    "change its state": {"command": "Transition", "to": "pending"},
    "change its priority": {"command": "SetPriority", "priority": "urgent"},
    "wake it": {"command": "Snooze", "until": None},
}


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
        Door(
            "POST",
            "/intake/v1/messages",
            messages,
            "Open a ticket, or add to one",
            NewMessage,
            examples=MESSAGES,
        ),
        Door("POST", "/intake/v1/calls", calls, "Log a telephone call", NewCall, examples=CALLS),
        Door(
            "POST",
            "/intake/v1/tickets/{number}/commands",
            commands,
            "Ask for a change to a ticket",
            COMMAND,
            examples=COMMANDS,
        ),
    ]


def quick_doors(inbound: Inbound, gate: Gate) -> list[QuickDoor]:
    """The short way for what comes in thousands a second."""

    async def message(asked: Asked) -> Receipt:
        return await inbound.on_message(asked.body, await gate.agent(asked, "OpenTicket"))

    async def call(asked: Asked) -> Receipt:
        return await inbound.on_call(asked.body, await gate.agent(asked, "LogCall"))

    return [QuickDoor("/intake/v1/messages", "messages", message), QuickDoor("/intake/v1/calls", "calls", call)]
