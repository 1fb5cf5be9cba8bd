"""Who a request comes from. intake and api ask the same `identify`, so what counts at one counts at both.

Scripts send a bearer token: an API key, or the administrator's token, which needs neither database nor definitions
and opens an installation that has no accounts yet or has locked itself out. Browsers send a session cookie.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from gongdan.shared.access.credentials import KEY_PREFIX, SECRET, SESSION_PREFIX, Credentials, InForce, digest_of
from gongdan.shared.access.refusal import Denied, NotPermitted
from gongdan.shared.access.who import ANONYMOUS, UNLIMITED, Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import Complaint, NotAllowed

COOKIE = "gongdan_session"
CSRF_HEADER = "X-Gongdan-CSRF"
SESSION_TERM = timedelta(hours=12)
READING = frozenset({"GET", "HEAD", "OPTIONS"})
ADMIN = Credential(Actor("agent", "admin"), roles=(UNLIMITED,))
STRANGER = Credential(ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Proved:
    """Who sends a request, and by which kept credential it is known; None for the administrator's token."""

    credential: Credential
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """What proofs are checked against."""

    admin_token: str
    credentials: Credentials

    async def identify(self, method: str, headers: Mapping[str, str], now: datetime) -> Proved:
        """Who sends this request: by bearer token, else by session cookie.

        A cookie alone may only read: other sites can make a browser send it, but cannot make it send our header.
        `headers` must find names in lower case. Raises NotAllowed: 401 without a valid proof, 403 for a write by
        cookie without the header; RetryLater while nobody can say whether a proof is valid.
        """
        if "authorization" in headers:
            return await self._by_bearer(bearer(headers), now)
        found = await self._kept(_cookie(headers), SESSION_PREFIX, "session", now)
        if method not in READING and headers.get(CSRF_HEADER.lower()) != "1":
            cure = f"send `{CSRF_HEADER}: 1` with every request that changes something"
            complaint = Complaint(CSRF_HEADER, "is missing", cure)
            known = found.credential
            no = Denied(known.actor, known.by, "change something by cookie", f"{CSRF_HEADER} {complaint.problem}")
            raise NotPermitted(no, "this request may not come from our page", complaint)
        return Proved(found.credential, found.digest)

    def is_admin_token(self, token: str | None) -> bool:
        """Whether this is the administrator's token."""
        return token is not None and hmac.compare_digest(token.encode(), self.admin_token.encode())

    async def _by_bearer(self, token: str | None, now: datetime) -> Proved:
        if self.is_admin_token(token):
            return Proved(ADMIN)
        found = await self._kept(token, KEY_PREFIX, "key", now)
        return Proved(found.credential, found.digest)

    async def _kept(self, secret: str | None, prefix: str, kind: str, now: datetime) -> InForce:
        # What cannot be one of our secrets is not looked for.
        if secret and secret.startswith(prefix) and SECRET.fullmatch(secret):
            found = await self.credentials.find(digest_of(secret))
            if found and found.holds(kind, self.admin_token, now):
                return found
        raise sign_in_first()


def bearer(headers: Mapping[str, str]) -> str | None:
    """The token of an `Authorization: Bearer` header, or None. Source: RFC 6750 section 2.1.

    `headers` must find names in lower case, as Starlette's do.
    """
    kind, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def sign_in_first() -> NotAllowed:
    """The refusal of whoever proved nothing."""
    complaint = Complaint("Authorization", "no valid token", "send `Authorization: Bearer <token>`, or sign in")
    return NotAllowed("sign in first", complaint, status=401)


def _cookie(headers: Mapping[str, str]) -> str | None:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return next((value for name, _, value in pairs if name == COOKIE), None)
