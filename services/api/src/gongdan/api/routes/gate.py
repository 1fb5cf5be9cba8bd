"""The gate: every path needs a caller we know, except the few listed here. A new route is closed by default.

What a caller may do and see there is asked by each route, with the rights that the gate found.
"""

from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from gongdan.api.ports import Definitions, Denials
from gongdan.shared.access.refusal import NotPermitted
from gongdan.shared.access.rights import Rights, RightsBook
from gongdan.shared.access.tokens import Identity, Proved
from gongdan.shared.clock import Clock
from gongdan.shared.errors import NotAllowed, RetryLater
from gongdan.shared.problems import come_back, refusal

OPEN_PATHS = frozenset(
    {"/", "/auth/session", "/auth/oidc", "/auth/oidc/start", "/auth/oidc/callback", "/openapi.json", "/favicon.ico"}
    | {"/livez", "/readyz", "/metrics"}
)
OPEN_FOLDERS = ("/assets/", "/v1/receipts/")
# Editors fetch them and cannot sign in; nothing of the installation is in them.
SCHEMAS = "/v1/definitions/schemas"
CALLER = "caller"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, with the rights that the definitions in force give them."""

    proved: Proved
    rights: Rights

    @property
    def name(self) -> str:
        """As envelopes and the audit write actors."""
        return str(self.proved.credential.actor)


@dataclass(frozen=True, slots=True)
class Callers:
    """Finds out who calls."""

    identity: Identity
    definitions: Definitions
    clock: Clock
    book: RightsBook = field(default_factory=RightsBook)

    async def of(self, method: str, headers: Headers) -> Caller:
        """The caller. Raises NotAllowed (401, 403) and RetryLater."""
        proved = await self.identity.identify(method, headers, self.clock.now())
        return Caller(proved, self.book.of(self.definitions.current, proved.credential))


class Gate:
    """Lets through who may, and remembers the caller with the request; answers everybody else with a problem."""

    def __init__(self, app: ASGIApp, callers: Callers, denials: Denials) -> None:
        self._app = app
        self._denials = denials
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] == "http" and not is_open(scope["path"]):
            try:
                caller = await self._callers.of(scope["method"], Headers(scope=scope))
            except NotAllowed as why:
                if isinstance(why, NotPermitted):
                    await self._denials.tell(why.denied)
                await refusal(why)(scope, receive, send)
                return
            except RetryLater as why:
                await come_back(why)(scope, receive, send)
                return
            scope.setdefault("state", {})[CALLER] = caller
        await self._app(scope, receive, send)


def is_open(path: str) -> bool:
    """Whether anybody may ask for this."""
    return path in OPEN_PATHS or path.startswith(OPEN_FOLDERS) or SCHEMAS in (path, path.rpartition("/")[0])


def caller_of(connection: HTTPConnection) -> Caller:
    """Who the gate let through. Raises AttributeError on an open path."""
    caller: Caller = getattr(connection.state, CALLER)
    return caller


def rights_of(connection: HTTPConnection) -> Rights:
    """The rights of who the gate let through."""
    return caller_of(connection).rights


def address_of(connection: HTTPConnection) -> str:
    """The network address that a request comes from, as the server before us says."""
    return connection.client.host if connection.client else ""
