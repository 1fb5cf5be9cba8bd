"""What an OpenID Connect provider says of itself: the addresses where it does its work, and the keys it signs with.

Source: OpenID Connect Discovery 1.0 sections 3 and 4; RFC 7517 section 5. Nothing here asks whether a token is sound.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet
from pydantic import BaseModel, ValidationError

from gongdan.shared.errors import RetryLater

log = structlog.get_logger()

TIMEOUT_SECONDS = 10
WELL_KNOWN = "/.well-known/openid-configuration"


class Description(BaseModel):
    """The members of a provider's description that we need."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class _PublishedKeys(BaseModel):
    keys: list[dict[str, Any]]


async def discover(issuer: str) -> tuple[Description, KeySet]:
    """What the provider at `issuer` says now. Raises RetryLater while it is away, or says what nobody can use."""
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            described = Description.model_validate_json(await _read(client, issuer.rstrip("/") + WELL_KNOWN))
            published = _PublishedKeys.model_validate_json(await _read(client, described.jwks_uri))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise RetryLater(f"the OpenID provider does not answer: {type(error).__name__}") from error
    except ValidationError as error:
        raise RetryLater(f"the OpenID provider describes itself badly: {_first_fault(error)}") from error
    if described.issuer.rstrip("/") != issuer.rstrip("/"):
        raise RetryLater("the OpenID provider calls itself otherwise than GONGDAN_OIDC_ISSUER does")
    return described, key_set_of(published.keys)


def key_set_of(published: Sequence[Mapping[str, Any]]) -> KeySet:
    """The keys that we can read; others are passed over, as RFC 7517 wants. Raises RetryLater if there is none."""
    found: list[Key] = []
    for each in published:
        try:
            found.append(JWKRegistry.import_key(dict(each)))
        except (JoseError, LookupError, TypeError, ValueError) as error:
            log.info("oidc_key_passed_over", kid=str(each.get("kid")), why=f"{type(error).__name__}: {error}")
    if not found:
        raise RetryLater("the OpenID provider publishes no key that can be read")
    return KeySet(found)


async def _read(client: httpx.AsyncClient, url: str) -> bytes:
    answer = await client.get(url)
    return answer.raise_for_status().content


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc'])) or 'all of it'}: {first['msg']}"
