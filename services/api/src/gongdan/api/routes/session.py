"""Signing in and out: the token for a cookie that scripts cannot read. The only things api is told."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.responses import Response

from gongdan.api.domain.views import Me
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import actor_of
from gongdan.shared.access.tokens import COOKIE, SESSION_TERM, authenticate, new_session
from gongdan.shared.clock import Clock


class Credentials(BaseModel):
    """What signs in: the administrator's token."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(min_length=1, max_length=1000)


def routes(admin_token: SecretStr, public_url: str, clock: Clock) -> APIRouter:
    """`/auth/session` and `/v1/me`."""
    router = APIRouter(tags=["session"], responses=SIGN_IN)
    secure = public_url.startswith("https:")

    @router.post("/auth/session", status_code=204)
    async def sign_in(credentials: Credentials) -> Response:
        """Exchange the token for a session cookie."""
        token = admin_token.get_secret_value()
        authenticate(credentials.token.get_secret_value(), token)
        answer = Response(status_code=204)
        answer.set_cookie(
            COOKIE,
            new_session(token, clock.now()),
            max_age=int(SESSION_TERM.total_seconds()),
            httponly=True,
            samesite="strict",
            secure=secure,
        )
        return answer

    @router.delete("/auth/session", status_code=204)
    async def sign_out() -> Response:
        """Forget the session in this browser."""
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=secure)
        return answer

    @router.get("/v1/me")
    async def me(request: Request) -> Me:
        """Who is asking."""
        actor = actor_of(request)
        return Me(kind=actor.kind, id=actor.id)

    return router
