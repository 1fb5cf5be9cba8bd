"""Who is calling: the first cut, one administrator's token. Everything that is not public asks here."""

import hmac
from collections.abc import Mapping

from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import Complaint, NotAllowed

COOKIE = "gongdan_session"


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token of an `Authorization: Bearer` header, or None. Source: RFC 6750 section 2.1."""
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def authenticate(token: str | None, admin_token: str) -> Actor:
    """The actor a token stands for. Raises NotAllowed (401)."""
    if token is not None and hmac.compare_digest(token.encode(), admin_token.encode()):
        return Actor("agent", "admin")
    raise NotAllowed(
        "sign in first",
        Complaint("Authorization", "no valid token", "send `Authorization: Bearer <token>`"),
        status=401,
    )
