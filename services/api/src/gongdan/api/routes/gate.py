"""The gate: every path needs a caller we know, except the few listed here. A new route is closed by default."""

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from gongdan.shared.access.tokens import identify
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import NotAllowed
from gongdan.shared.problems import refusal

OPEN_PATHS = frozenset({"/", "/auth/session", "/openapi.json", "/livez", "/readyz", "/metrics", "/favicon.ico"})
OPEN_FOLDER = "/assets/"
ACTOR = "actor"


class Gate:
    """Lets through who may, and remembers the actor with the request; answers everybody else with a problem."""

    def __init__(self, app: ASGIApp, admin_token: SecretStr, clock: Clock) -> None:
        self._app = app
        self._token = admin_token
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            try:
                actor = self._identify(scope)
            except NotAllowed as why:
                await refusal(why)(scope, receive, send)
                return
            scope.setdefault("state", {})[ACTOR] = actor
        await self._app(scope, receive, send)

    def _identify(self, scope: Scope) -> Actor:
        headers = Headers(scope=scope)
        return identify(scope["method"], headers, self._token.get_secret_value(), self._clock.now())


def is_open(path: str) -> bool:
    """Whether anybody may ask for this."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDER)


def actor_of(connection: HTTPConnection) -> Actor:
    """Who the gate let through. Raises AttributeError on an open path."""
    actor: Actor = getattr(connection.state, ACTOR)
    return actor
