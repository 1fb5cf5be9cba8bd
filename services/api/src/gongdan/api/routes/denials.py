"""Being told no: the answer is a problem document, and the audit keeps who asked for what."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from gongdan.api.domain.audit import did
from gongdan.api.ports import Audit
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.clock import Clock
from gongdan.shared.problems import refusal


def install(app: FastAPI, audit: Audit, clock: Clock) -> None:
    """Write down every refusal for a missing right."""

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, NotPermitted)  # noqa: S101 - FastAPI gives what it was asked to catch
        await audit.record(did(error.rights, clock.now(), "denied", error.action, {"why": error.complaints[0].problem}))
        return refusal(error)

    app.add_exception_handler(NotPermitted, refuse)
