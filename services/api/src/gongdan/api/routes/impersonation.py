"""Acting as somebody else: for administrators who must see what another sees. Every use is audited under both names."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.responses import Response

from gongdan.api.domain.audit import did
from gongdan.api.handlers.signing_in import SigningIn
from gongdan.api.ports import Audit
from gongdan.api.routes.faults import SIGN_IN
from gongdan.api.routes.gate import address_of, caller_of
from gongdan.api.routes.session import set_session
from gongdan.shared.access.refusal import need, not_permitted
from gongdan.shared.access.rights import may, rights_of
from gongdan.shared.access.who import Credential
from gongdan.shared.contracts.envelope import Actor


class Target(BaseModel):
    """Whom to act as, and why."""

    model_config = ConfigDict(extra="forbid")

    actor: Annotated[str, StringConstraints(pattern=r"^(agent:[a-z0-9._-]+|contact:email:[^@\s]+@[^@\s]+)$")]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500)]


def routes(signing_in: SigningIn, audit: Audit, public_url: str) -> APIRouter:
    """`/auth/impersonation`."""
    router = APIRouter(tags=["session"], responses=SIGN_IN)

    @router.post("/auth/impersonation", status_code=204)
    async def act_as(target: Target, request: Request) -> Response:
        """A session as somebody else, in place of one's own. Nobody gets rights by it that let them do this again."""
        caller = caller_of(request)
        need(caller.rights, "Impersonate")
        catalog = signing_in.definitions.current
        known = Credential(Actor.parse(target.actor), by=caller.name)
        # Whoever acts as another must not act on from there, and must not rise: administrators are out of reach.
        if caller.proved.credential.by or may(rights_of(catalog, known), "Impersonate").allowed:
            raise not_permitted(caller.rights, "Impersonate", "not as an administrator, nor from there on", "sign in")
        detail = {"reason": target.reason}
        await audit.record(did(caller.rights, signing_in.clock.now(), "impersonated", target.actor, detail))
        secret = await signing_in.begin(known, "impersonation", address_of(request))
        return set_session(Response(status_code=204), secret, public_url)

    return router
