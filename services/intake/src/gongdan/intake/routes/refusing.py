"""Being told no at a door: the answer is a problem document, and the others hear of it."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.ports import Refusals
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.problems import refusal


def install(app: Starlette, refusals: Refusals) -> None:
    """Tell of every refusal for a missing right."""

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, NotPermitted)  # noqa: S101 - Starlette gives what it was asked to catch
        await refusals.tell(error)
        return refusal(error)

    app.add_exception_handler(NotPermitted, refuse)
