"""What a service answers before it has started: alive, not ready, come back soon. Nothing half-started serves."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from gongdan.shared.health import Health
from gongdan.shared.problems import problem

ALWAYS_OPEN = frozenset({"/livez", "/readyz", "/metrics"})


@dataclass(frozen=True, slots=True)
class FrontGate:
    """Lets only health through until every part has started; the rest is told to come back in a second."""

    app: ASGIApp
    health: Health

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http" and not self.health.started and scope["path"] not in ALWAYS_OPEN:
            answer = problem(503, "come-back-later", "the service is starting", headers={"Retry-After": "1"})
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)
