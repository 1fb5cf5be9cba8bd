"""An OpenID Connect provider: where it sends people, and what it says of those who come back.

Its description and keys are read when first needed and again after an hour, or when a token names a key that is not
known. Everything that it says is checked: issuer, audience, signature, time, nonce.
"""

import asyncio
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog
from authlib.deprecate import AuthlibDeprecationWarning
from authlib.integrations.base_client import OAuthError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gongdan.api.adapters.oidc_discovery import TIMEOUT_SECONDS, Description, discover
from gongdan.api.domain.oidc import Errand
from gongdan.shared.errors import Complaint, NotAllowed, RetryLater

with warnings.catch_warnings():
    # Authlib tells every process that it would rather have another HTTP client.
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from authlib.integrations.httpx_client import AsyncOAuth2Client

log = structlog.get_logger()

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
LEEWAY_SECONDS = 60
KNOWN_FOR_SECONDS = 3_600


@dataclass(slots=True)
class OidcProvider:
    """The provider at `issuer`, to which we are `client_id`. `callback` is our address that it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    callback: str
    _known: tuple[Description, KeySet] | None = None
    _known_until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def address(self, errand: Errand) -> str:
        """Where to send the browser. Raises RetryLater while the provider is away."""
        described, _ = await self._know()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                described.authorization_endpoint,
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(url)

    async def claims(self, code: str, errand: Errand) -> Mapping[str, Any]:
        """What the provider says of who came back with this code. Raises NotAllowed (401), RetryLater."""
        described, _ = await self._know()
        try:
            async with self._client() as client:
                token = await client.fetch_token(described.token_endpoint, code=code, code_verifier=errand.verifier)
        except OAuthError as error:
            raise _refused(f"the provider did not take the code: {error.error}") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RetryLater(f"the OpenID provider does not answer: {type(error).__name__}") from error
        except (TypeError, ValueError) as error:
            raise RetryLater("the OpenID provider answers with no token that can be read") from error
        return await self._checked(str(token.get("id_token", "")), errand)

    async def _checked(self, token: str, errand: Errand) -> Mapping[str, Any]:
        try:
            return self._read(token, errand, *await self._know())
        except (JoseError, ValueError) as first:
            # The provider may have changed its keys since they were read.
            log.info("oidc_token_not_read", why=str(first))
        try:
            return self._read(token, errand, *await self._know(anew=True))
        except (JoseError, ValueError) as error:
            raise _refused(f"the provider's token is not sound: {error}") from error

    def _read(self, token: str, errand: Errand, described: Description, keys: KeySet) -> Mapping[str, Any]:
        found = jwt.decode(token, keys, algorithms=ALGORITHMS)
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": described.issuer},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": errand.nonce},
        )
        rules.validate(found.claims)
        return found.claims

    async def _know(self, *, anew: bool = False) -> tuple[Description, KeySet]:
        async with self._lock:
            if self._known is None or anew or time.monotonic() >= self._known_until:
                self._known = await discover(self.issuer)
                self._known_until = time.monotonic() + KNOWN_FOR_SECONDS
            return self._known

    def _client(self) -> Any:  # noqa: ANN401 - Authlib has no types
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=SCOPE,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )


def _refused(why: str) -> NotAllowed:
    return NotAllowed("that does not let you in", Complaint("code", why, "sign in again"), status=401)
