"""Health as three questions: am I alive, am I ready, what are my numbers."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gongdan.shared.errors import StopService
from gongdan.shared.json import dumps
from gongdan.shared.problems import problem

Check = Callable[[], str | None]


@dataclass(slots=True)
class Health:
    """What `/readyz` says. A check returns what is wrong, or None.

    A problem means 503: no traffic, please. What only degrades the service is named beside a 200, since taking
    every replica out of service would turn a part that works with an older definition into an outage.

    `stopping` is set when the service begins to drain: answers that wait or stream must end then.
    """

    service: str
    started: bool = False
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: str | None = "starting"
    _checks: dict[str, Check] = field(default_factory=dict)
    _lesser: dict[str, Check] = field(default_factory=dict)
    _failure: "asyncio.Future[bool] | None" = None

    def waiting(self, what: str) -> None:
        """Not ready: waiting for `what`."""
        self._waiting = what

    def ready(self) -> None:
        """Everything has started."""
        self._waiting = None
        self.started = True

    def watch(self, name: str, check: Check) -> None:
        """Ask `check` whenever readiness is asked for."""
        self._checks[name] = check

    def degraded_by(self, name: str, check: Check) -> None:
        """Ask `check` too, for what is worth a person's look and no reason to stop traffic."""
        self._lesser[name] = check

    def degraded(self) -> dict[str, str]:
        """What does not work as it should while the service goes on, by name."""
        return {name: wrong for name, check in self._lesser.items() if (wrong := check())}

    def problems(self) -> dict[str, str]:
        """What is wrong right now, by name; empty when ready."""
        found = {name: wrong for name, check in self._checks.items() if (wrong := check())}
        return found | ({"start": self._waiting} if self._waiting else {})

    def fail(self, why: str) -> None:
        """Ask the service to end: going on would do harm."""
        self._waiting = why
        future = self._future()
        if not future.done():
            future.set_exception(StopService(why))

    async def failed(self) -> bool:
        """Wait until something gives up. Raises its StopService."""
        return await self._future()

    def _future(self) -> "asyncio.Future[bool]":
        if self._failure is None:
            self._failure = asyncio.get_running_loop().create_future()
        return self._failure


def health_routes(health: Health) -> list[Route]:
    """`/livez`, `/readyz` and `/metrics`; numbers are for the inside, so whoever comes through a proxy gets none."""

    async def livez(_: Request) -> Response:
        return Response(b"ok", media_type="text/plain")

    async def readyz(_: Request) -> Response:
        wrong = health.problems()
        body = {"service": health.service, "ready": not wrong, "problems": wrong, "degraded": health.degraded()}
        return Response(dumps(body), 503 if wrong else 200, media_type="application/json")

    async def metrics(request: Request) -> Response:
        if "x-forwarded-for" in request.headers:
            return problem(404, "not-found", "numbers are told inside only")
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
