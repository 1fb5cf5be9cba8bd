"""What the secret of a mailbox read by OAuth 2 holds: a refresh token, alone or with the application it was given to.

Providers' tools write both as one JSON object. Source: Google's authorized user files, `refresh_token`, `client_id` and
`client_secret`.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson

from gongdan.shared.definitions.mailbox import Auth

CURE = "write auth.client_id in the Mailbox, or put JSON with refresh_token and client_id where secretRef leads"


@dataclass(frozen=True, slots=True)
class Consent:
    """That an application may read a mailbox. `client_secret` None: the application is public."""

    refresh_token: str = field(repr=False)
    client_id: str
    client_secret: str | None = field(default=None, repr=False)


def consent_of(auth: Auth, given: str, client_secret: str | None = None) -> Consent:
    """The consent in a secret. What the definition says of the application counts before what the secret says.

    Raises ValueError, which names what lacks and tells nothing of the secret.
    """
    held = _object(given)
    token = _text(held, "refresh_token") if held is not None else given
    if not token:
        raise ValueError(f"the secret holds no refresh token; {CURE}")
    client_id = auth.client_id or _text(held or {}, "client_id")
    if not client_id:
        raise ValueError(f"nothing names the application; {CURE}")
    return Consent(token, client_id, client_secret or _text(held or {}, "client_secret"))


def _object(given: str) -> dict[str, Any] | None:
    """The JSON object; None where it is none: tokens may begin with anything."""
    try:
        found = orjson.loads(given)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _text(held: dict[str, Any], name: str) -> str | None:
    found = held.get(name)
    return found if isinstance(found, str) and found else None
