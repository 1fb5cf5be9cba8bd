"""Being told no over HTTP: the answer is a problem document, and somebody hears of it for the audit."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.errors import RetryLater
from gongdan.shared.problems import come_back, refusal

Tell = Callable[[NotPermitted], Awaitable[None]]


def install(app: Starlette, tell: Tell) -> None:
    """Tell of every refusal for a missing right, then answer with it; with 503 while it cannot be told."""

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, NotPermitted)  # noqa: S101 - Starlette gives what it was asked to catch
        try:
            await tell(error)
        except RetryLater as fault:
            return come_back(fault)
        return refusal(error)

    app.add_exception_handler(NotPermitted, refuse)
