"""Signing in by another's word: what is remembered while somebody is away at the provider, and what its word means.

Source: OpenID Connect Core 1.0 section 3.1; RFC 7636 (PKCE).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gongdan.shared.errors import Complaint, NotAllowed


@dataclass(frozen=True, slots=True)
class Errand:
    """One try to sign in: `state` ties the answer to the browser, `nonce` the token to the try, `verifier` the code."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the provider vouches for."""

    email: str
    roles: tuple[str, ...] = ()


def person_of(claims: Mapping[str, Any], groups_claim: str, roles: Mapping[str, Sequence[str]]) -> Person:
    """The person in a token whose signature, issuer, audience, time and nonce were checked. Raises NotAllowed (403).

    `roles` says which roles membership in a group gives.
    """
    email = claims.get("email")
    if not isinstance(email, str) or "@" not in email or claims.get("email_verified") is False:
        complaint = Complaint("email", "is not vouched for by the provider", "have it verified there")
        raise NotAllowed("the provider does not say who you are", complaint)
    groups = claims.get(groups_claim)
    named = [one for one in groups if isinstance(one, str)] if isinstance(groups, list) else []
    given = sorted({role for group in named for role in roles.get(group, ())})
    return Person(email.strip().lower(), tuple(given))
