"""Providers that describe themselves badly, or answer with nonsense: never our fault, and told in words."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gongdan.api.adapters.oidc import OidcProvider
from gongdan.api.adapters.oidc_discovery import WELL_KNOWN, key_set_of
from gongdan.api.domain.oidc import Errand
from gongdan.shared.errors import RetryLater
from gongdan.shared.http_bounds import BoundedProtocol
from tests.kit.http_server import served

ERRAND = Errand("state", "nonce", "verifier" * 8)
GOOD_KEY = RSAKey.generate_key(2048, private=False).as_dict()
STRANGE_KEYS: list[dict[str, Any]] = [
    {},
    {"kty": "RSA"},
    {"kty": "RSA", "n": 5, "e": "AQAB"},
    {"kty": "RSA", "n": "AQ", "e": "AQAB"},
    {"kty": "EC", "crv": "P-9", "x": "YQ", "y": "Yg"},
    {"kty": "EC", "crv": "P-256", "x": "a", "y": "b"},
    {"kty": "LWE"},
]


def asked(*, token: Response | None = None, keys: object = None, **described: object) -> str:
    """What a provider with these answers makes us say; "" when nothing is wrong with it."""

    async def ask() -> str:
        async def well_known(request: Request) -> Response:
            at = str(request.base_url).rstrip("/")
            usual = {"issuer": at, "jwks_uri": f"{at}/keys"}
            usual |= {"authorization_endpoint": f"{at}/authorize", "token_endpoint": f"{at}/token"}
            told = {name: value for name, value in (usual | described).items() if value is not None}
            return JSONResponse(told.get("instead", told))

        async def published(_: Request) -> Response:
            return JSONResponse({"keys": [GOOD_KEY]} if keys is None else keys)

        async def code_taken(_: Request) -> Response:
            return token or Response(status_code=404)

        at = [Route(WELL_KNOWN, well_known), Route("/keys", published), Route("/token", code_taken, methods=["POST"])]
        async with served(Starlette(routes=at), BoundedProtocol) as port:
            provider = OidcProvider(f"http://127.0.0.1:{port}", "gongdan", "secret", "http://127.0.0.1/callback")
            try:
                await provider.address(ERRAND)
                if token is not None:
                    await provider.claims("code", ERRAND)
            except RetryLater as error:
                return str(error)
            return ""

    return asyncio.run(ask())


def test_a_provider_without_faults_is_asked_no_questions() -> None:
    assert asked() == ""


@pytest.mark.parametrize(
    ("described", "told"),
    [
        ({"issuer": None}, "issuer: Field required"),
        ({"token_endpoint": None}, "token_endpoint: Field required"),
        ({"authorization_endpoint": 7}, "authorization_endpoint: Input should be a valid string"),
        ({"instead": ["not", "an", "object"]}, "all of it"),
        ({"issuer": "https://other.example.com"}, "calls itself otherwise"),
        ({"jwks_uri": "http://127.0.0.1:port"}, "does not answer: InvalidURL"),
        ({"jwks_uri": "/keys"}, "does not answer: UnsupportedProtocol"),
    ],
)
def test_a_bad_description_is_told_with_what_is_wrong(described: Mapping[str, Any], told: str) -> None:
    assert told in asked(**described)


@pytest.mark.parametrize("keys", [[], {}, {"keys": None}, {"keys": [1]}])
def test_keys_that_are_no_key_set_are_told(keys: object) -> None:
    assert "keys" in asked(keys=keys) or "all of it" in asked(keys=keys)


def test_a_key_that_we_cannot_read_does_not_hide_the_others() -> None:
    assert len(key_set_of([*STRANGE_KEYS, GOOD_KEY]).keys) == 1


def test_no_key_that_can_be_read_is_told() -> None:
    with pytest.raises(RetryLater, match="no key that can be read"):
        key_set_of(STRANGE_KEYS)


@pytest.mark.parametrize("answer", [Response("<html>"), JSONResponse([]), JSONResponse({"expires_in": "soon"})])
def test_a_token_answer_that_nobody_can_read_is_told(answer: Response) -> None:
    assert asked(token=answer) == "the OpenID provider answers with no token that can be read"
