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
from authlib.integrations.base_client import OAuthError
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gongdan.api.domain.oidc import Errand
from gongdan.shared.errors import Complaint, NotAllowed, RetryLater

with warnings.catch_warnings(record=True):  # Authlib tells every process that it would rather have another HTTP client
    from authlib.integrations.httpx_client import AsyncOAuth2Client

log = structlog.get_logger()

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
LEEWAY_SECONDS = 60
KNOWN_FOR_SECONDS = 3_600
TIMEOUT_SECONDS = 10
DESCRIPTION = "/.well-known/openid-configuration"


@dataclass(slots=True)
class OidcProvider:
    """The provider at `issuer`, to which we are `client_id`. `callback` is our address that it sends people back to."""

    issuer: str
    client_id: str
    client_secret: str
    callback: str
    _described: dict[str, Any] = field(default_factory=dict)
    _keys: KeySet | None = None
    _known_until: float = 0.0
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def address(self, errand: Errand) -> str:
        """Where to send the browser. Raises RetryLater while the provider is away."""
        await self._know()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                self._described["authorization_endpoint"],
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(url)

    async def claims(self, code: str, errand: Errand) -> Mapping[str, Any]:
        """What the provider says of who came back with this code. Raises NotAllowed (401), RetryLater."""
        await self._know()
        try:
            async with self._client() as client:
                token = await client.fetch_token(
                    self._described["token_endpoint"], code=code, code_verifier=errand.verifier
                )
        except OAuthError as error:
            raise _refused(f"the provider did not take the code: {error.error}") from error
        except httpx.HTTPError as error:
            raise RetryLater(f"the OpenID provider does not answer: {type(error).__name__}") from error
        return await self._checked(str(token.get("id_token", "")), errand)

    async def _checked(self, token: str, errand: Errand) -> Mapping[str, Any]:
        try:
            return self._read(token, errand)
        except (JoseError, ValueError) as first:
            # The provider may have changed its keys since they were read.
            log.info("oidc_token_not_read", why=str(first))
            await self._know(anew=True)
        try:
            return self._read(token, errand)
        except (JoseError, ValueError) as error:
            raise _refused(f"the provider's token is not sound: {error}") from error

    def _read(self, token: str, errand: Errand) -> Mapping[str, Any]:
        found = jwt.decode(token, self._keys or KeySet([]), algorithms=ALGORITHMS)
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._described["issuer"]},
            aud={"essential": True, "value": self.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": errand.nonce},
        )
        rules.validate(found.claims)
        return found.claims

    async def _know(self, *, anew: bool = False) -> None:
        async with self._lock:
            if not anew and time.monotonic() < self._known_until:
                return
            try:
                async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                    described = await _json(client, self.issuer.rstrip("/") + DESCRIPTION)
                    keys = await _json(client, described["jwks_uri"])
            except (httpx.HTTPError, KeyError, ValueError) as error:
                raise RetryLater(f"the OpenID provider does not answer: {type(error).__name__}") from error
            if str(described.get("issuer", "")).rstrip("/") != self.issuer.rstrip("/"):
                raise RetryLater("the OpenID provider calls itself otherwise than GONGDAN_OIDC_ISSUER does")
            self._described, self._keys = described, KeySet.import_key_set(keys)  # type: ignore[arg-type]
            self._known_until = time.monotonic() + KNOWN_FOR_SECONDS

    def _client(self) -> Any:  # noqa: ANN401 - Authlib has no types
        return AsyncOAuth2Client(
            client_id=self.client_id,
            client_secret=self.client_secret,
            scope=SCOPE,
            redirect_uri=self.callback,
            code_challenge_method="S256",
            timeout=TIMEOUT_SECONDS,
        )


async def _json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    answer = await client.get(url)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _refused(why: str) -> NotAllowed:
    return NotAllowed("that does not let you in", Complaint("code", why, "sign in again"), status=401)
