"""Signing in and out: a proof for a cookie that scripts cannot read."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator
from starlette.responses import Response

from gongdan.api.domain.views import Me
from gongdan.api.handlers.signing_in import Attempt, SigningIn
from gongdan.api.routes.faults import PROBLEM, SIGN_IN
from gongdan.api.routes.gate import Callers, address_of, caller_of
from gongdan.shared.access.tokens import COOKIE, SESSION_TERM
from gongdan.shared.errors import NotAllowed

Address = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[^@\s]+@[^@\s]+$", max_length=320)
]


class Credentials(BaseModel):
    """What signs in: an account's mail address and password, with the code of its second factor; or the token."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr | None = Field(default=None, min_length=1, max_length=1000)
    email: Address | None = None
    password: SecretStr | None = Field(default=None, min_length=1, max_length=1000)
    code: Annotated[str, StringConstraints(pattern=r"^\s*\d{6}\s*$")] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Credentials":
        if self.token is None and (self.email is None or self.password is None):
            raise ValueError("give email and password, or token")
        return self


def set_session(answer: Response, secret: str, public_url: str) -> Response:
    """Give a browser its session."""
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(SESSION_TERM.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=public_url.startswith("https:"),
    )
    return answer


def routes(signing_in: SigningIn, callers: Callers, public_url: str) -> APIRouter:
    """`/auth/session` and `/v1/me`."""
    router = APIRouter(tags=["session"], responses=SIGN_IN)

    @router.post("/auth/session", status_code=204, responses={429: PROBLEM})
    async def sign_in(credentials: Credentials, request: Request) -> Response:
        """Exchange a proof for a session cookie. Failures slow down whoever makes them, and nobody else."""
        address = address_of(request)
        if credentials.token is not None:
            secret = await signing_in.on_token(credentials.token.get_secret_value(), address)
        else:
            password = credentials.password.get_secret_value() if credentials.password else ""
            secret = await signing_in.on_password(Attempt(credentials.email or "", password, credentials.code, address))
        return set_session(Response(status_code=204), secret, public_url)

    @router.delete("/auth/session", status_code=204)
    async def sign_out(request: Request) -> Response:
        """End the session, in this browser and everywhere."""
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict", secure=public_url.startswith("https:"))
        try:
            caller = await callers.of("GET", request.headers)
        except NotAllowed:
            return answer
        await signing_in.on_sign_out(caller.proved)
        return answer

    @router.get("/v1/me")
    async def me(request: Request) -> Me:
        """Who is asking, with their roles; `by` really asks, where that is somebody else."""
        caller = caller_of(request)
        who, known = caller.rights.who, caller.proved.credential
        roles = sorted({grant.role for grant in who.grants})
        return Me(kind=who.actor.kind, id=who.actor.id, roles=roles, unlimited=who.unlimited, by=known.by)

    return router
