"""What api says on `access`: which sessions and API keys are in force, by the hash of their secret.

The topic is compacted under that hash: the last thing said of a credential is what counts. Secrets never travel.
"""

from datetime import datetime
from typing import Literal

from gongdan.shared.contracts.base import Contract


class CredentialIssued(Contract):
    """A session or API key in force. `digest` is the SHA-256 of its secret (hex), `actor` as in envelopes.

    `roles`: those it has beside its actor's own; `only`: no action but these. `seal`: proof by the administrator's
    token, on sessions that were made from it. `by`: who acts as the actor, where that is somebody else.
    """

    digest: str
    kind: Literal["session", "key"]
    actor: str
    roles: tuple[str, ...] = ()
    only: tuple[str, ...] | None = None
    organisation: str = ""
    source: str = ""
    issued_at: datetime
    ends_at: datetime
    seal: str = ""
    by: str | None = None


class CredentialRevoked(Contract):
    """No longer in force, from now on and before its end."""

    digest: str
    reason: str
