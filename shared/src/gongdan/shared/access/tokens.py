"""Who is calling: the first cut, one administrator's token. Everything that is not public asks here.

Scripts send the token itself; browsers send a session cookie that was made from it, ends by itself, and ends
early when the token is changed. intake and api ask the same `identify`, so a session made by one counts at both.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import Complaint, NotAllowed

COOKIE = "gongdan_session"
CSRF_HEADER = "X-Gongdan-CSRF"
SESSION_TERM = timedelta(hours=12)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
ADMIN = Actor("agent", "admin")


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token of an `Authorization: Bearer` header, or None. Source: RFC 6750 section 2.1.

    `headers` must find names in lower case, as Starlette's do.
    """
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def authenticate(token: str | None, admin_token: str) -> Actor:
    """The actor a token stands for. Raises NotAllowed (401)."""
    if token is not None and hmac.compare_digest(token.encode(), admin_token.encode()):
        return ADMIN
    raise _sign_in_first()


def identify(method: str, headers: Mapping[str, str], admin_token: str, now: datetime) -> Actor:
    """Who sends this request: by bearer token, else by session cookie.

    A cookie alone may only read: other sites can make a browser send it, but cannot make it send our header.
    Raises NotAllowed: 401 without a valid token or session, 403 for a write by cookie without the header.
    """
    if "authorization" in headers:
        return authenticate(bearer(headers), admin_token)
    if not _is_session(_cookie(headers), admin_token, now):
        raise _sign_in_first()
    if method not in READING and headers.get(CSRF_HEADER.lower()) != "1":
        cure = f"send `{CSRF_HEADER}: 1` with every request that changes something"
        raise NotAllowed("this request may not come from our page", Complaint(CSRF_HEADER, "is missing", cure))
    return ADMIN


def new_session(admin_token: str, now: datetime) -> str:
    """The value of a session cookie that holds for SESSION_TERM."""
    ends = str(int((now + SESSION_TERM).timestamp()))
    return f"{ends}.{_seal(ends, admin_token)}"


def _is_session(value: str | None, admin_token: str, now: datetime) -> bool:
    ends, _, seal = (value or "").partition(".")
    genuine = hmac.compare_digest(seal.encode(), _seal(ends, admin_token).encode())
    return genuine and now.timestamp() < int(ends)


def _seal(ends: str, admin_token: str) -> str:
    return hmac.new(admin_token.encode(), f"gongdan-session {ends}".encode(), hashlib.sha256).hexdigest()


def _cookie(headers: Mapping[str, str]) -> str | None:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), None)


def _sign_in_first() -> NotAllowed:
    complaint = Complaint("Authorization", "no valid token", "send `Authorization: Bearer <token>`")
    return NotAllowed("sign in first", complaint, status=401)
