"""Sessions and API keys: their secrets, what is kept of them, and whether one is in force.

A secret is 256 random bits behind a prefix that says what it is; only its SHA-256 is kept anywhere, which nobody
can turn back. A session that was made from the administrator's token carries a seal made with it, so that it ends
when the token is changed, and so that nobody who can write to a table or topic can make one.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gongdan.shared.access.who import UNLIMITED, Credential
from gongdan.shared.contracts.access import CredentialIssued
from gongdan.shared.contracts.envelope import Actor

SESSION_PREFIX = "gds_"
KEY_PREFIX = "gdk_"
SECRET = re.compile(r"gd[sk]_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class InForce:
    """A credential as it is kept: everything but the secret."""

    digest: str
    kind: str
    credential: Credential
    ends_at: datetime
    seal: str = ""

    def holds(self, kind: str, admin_token: str, now: datetime) -> bool:
        """Whether it still is what the request takes it for."""
        sealed = UNLIMITED not in self.credential.roles or hmac.compare_digest(
            self.seal, seal_of(self.digest, admin_token)
        )
        return sealed and self.kind == kind and now < self.ends_at


class Credentials(Protocol):
    """The credentials in force."""

    async def find(self, digest: str) -> InForce | None:
        """By the hash of its secret. Raises RetryLater while that cannot be known."""
        ...


def new_secret(prefix: str) -> str:
    """A secret that nobody can guess."""
    return prefix + secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is kept of a secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def seal_of(digest: str, admin_token: str) -> str:
    """What only the administrator's token can say of a credential."""
    return hmac.new(admin_token.encode(), f"gongdan-credential {digest}".encode(), hashlib.sha256).hexdigest()


def in_force(issued: CredentialIssued) -> InForce:
    """A credential as it was told. Raises ValueError when its actor makes no sense."""
    credential = Credential(
        actor=Actor.parse(issued.actor),
        roles=issued.roles,
        only=issued.only,
        organisation=issued.organisation,
        source=issued.source,
        by=issued.by,
    )
    return InForce(issued.digest, issued.kind, credential, issued.ends_at, issued.seal)
