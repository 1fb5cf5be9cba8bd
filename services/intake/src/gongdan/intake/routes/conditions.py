"""The door for trying conditions. Tickets are not intake's: who names one is sent on to where they are read."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gongdan.intake.domain.reading import read
from gongdan.intake.handlers.conditions import Trying
from gongdan.intake.routes.door import Door, Gate, answer, read_body
from gongdan.shared.definitions.trial import Trial

OF_TICKETS = "/v1/conditions/test"


def doors(trying: Trying, gate: Gate) -> list[Door]:
    """One door."""

    async def test(request: Request) -> Response:
        caller = await gate.agent(request)
        trial = read(Trial, await read_body(request))
        if trial.ticket is not None:
            return RedirectResponse(OF_TICKETS, 307)
        return answer(trying.on_trial(trial, caller))

    summary = "Try a condition on a sample; on a ticket, follow the redirection"
    return [Door("POST", "/intake/v1/conditions/test", test, summary, Trial, answers=200)]
