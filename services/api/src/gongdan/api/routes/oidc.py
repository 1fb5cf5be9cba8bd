"""Signing in by an OpenID Connect provider: there, and back again.

What ties the way back to the way there waits in a sealed cookie of its own. Unlike the session's it is sent when
another site sends the browser here, as the provider does; it lets nobody in by itself.
"""

import hmac
import secrets
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from gongdan.api.domain.oidc import Errand, person_of
from gongdan.api.domain.views import View
from gongdan.api.handlers.signing_in import SigningIn
from gongdan.api.ports import IdentityProvider
from gongdan.api.routes.faults import SIGN_IN, not_found
from gongdan.api.routes.gate import address_of
from gongdan.api.routes.session import set_session
from gongdan.api.settings import ApiSettings
from gongdan.shared.access.credentials import seal_of
from gongdan.shared.access.who import Credential
from gongdan.shared.errors import Complaint, NotAllowed

ERRAND_COOKIE = "gongdan_oidc"
ERRAND_SECONDS = 600
PATH = "/auth/oidc"
Text = Annotated[str, Query(max_length=4_000)]


class ProviderView(View):
    """What people call the provider; None: there is none."""

    name: str | None


def routes(settings: ApiSettings, provider: IdentityProvider | None, signing_in: SigningIn) -> APIRouter:
    """`/auth/oidc`; `/auth/oidc/start` and `/auth/oidc/callback`, which are missing without a provider."""
    router = APIRouter(prefix=PATH, tags=["session"], responses=SIGN_IN)

    def there() -> IdentityProvider:
        if provider is None:
            raise not_found("provider", "oidc", "to sign in with", "set GONGDAN_OIDC_ISSUER, or sign in by password")
        return provider

    @router.get("")
    async def known() -> ProviderView:
        """Whom people can sign in with beside accounts of our own."""
        name = settings.oidc_name or urlsplit(settings.oidc_issuer).hostname
        return ProviderView(name=name if provider else None)

    @router.get("/start", status_code=302)
    async def start() -> Response:
        """Go to the provider."""
        errand = Errand(*(secrets.token_urlsafe(32) for _ in range(3)))
        answer = RedirectResponse(await there().address(errand), 302, {"Cache-Control": "no-store"})
        answer.set_cookie(
            ERRAND_COOKIE,
            _sealed(errand, signing_in.clock.now(), signing_in.identity.admin_token),
            max_age=ERRAND_SECONDS,
            path=PATH,
            httponly=True,
            samesite="lax",
            secure=settings.public_url.startswith("https:"),
        )
        return answer

    @router.get("/callback", status_code=302)
    async def callback(request: Request, code: Text = "", state: Text = "", error: Text = "") -> Response:
        """Come back from the provider, and be signed in."""
        found = there()
        now, token = signing_in.clock.now(), signing_in.identity.admin_token
        errand = _opened(request.cookies.get(ERRAND_COOKIE, ""), now, token)
        if errand is None or not hmac.compare_digest(errand.state.encode(), state.encode()) or error or not code:
            complaint = Complaint("state", error[:100] or "does not belong to this browser", "sign in again")
            raise NotAllowed("that does not let you in", complaint, status=401)
        claims = await found.claims(code, errand)
        person = person_of(claims, settings.oidc_groups_claim, settings.oidc_roles)
        known = Credential(signing_in.actor_of(person.email), roles=person.roles)
        secret = await signing_in.begin(known, "oidc", address_of(request))
        back = RedirectResponse("/", 302, {"Cache-Control": "no-store"})
        answer = set_session(back, secret, settings.public_url)
        answer.delete_cookie(ERRAND_COOKIE, path=PATH)
        return answer

    return router


def _sealed(errand: Errand, now: datetime, token: str) -> str:
    content = f"{errand.state}.{errand.nonce}.{errand.verifier}.{int(now.timestamp()) + ERRAND_SECONDS}"
    return f"{content}.{seal_of(content, token)}"


def _opened(text: str, now: datetime, token: str) -> Errand | None:
    content, _, seal = text.rpartition(".")
    if not hmac.compare_digest(seal.encode(), seal_of(content, token).encode()):
        return None
    state, nonce, verifier, ends = content.split(".")
    return Errand(state, nonce, verifier) if now.timestamp() < int(ends) else None
