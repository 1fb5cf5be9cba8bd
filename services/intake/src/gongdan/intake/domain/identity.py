"""What makes two deliveries the same message: ids from source and foreign id, hashes from what was sent."""

import hashlib
from uuid import UUID

from gongdan.shared import ids
from gongdan.shared.contracts.messages import Channel
from gongdan.shared.errors import Complaint, FixInput

LONGEST_ID = 512


def message_id(channel: Channel | str, source: str, external_id: str) -> UUID:
    """The message's id. Sources of two channels may share a name and still never collide."""
    return ids.message_id(f"{channel}/{source}", external_id)


def body_hash(*parts: bytes) -> str:
    """SHA-256 (hex) over what was sent; parts cannot be shifted into each other."""
    if len(parts) == 1:
        return hashlib.sha256(parts[0]).hexdigest()
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def idempotency_key(given: str | None) -> str | None:
    """The caller's key, if it has one. Raises FixInput (422) when it is empty, too long or not printable."""
    if given is None:
        return None
    if not given.strip() or len(given) > LONGEST_ID or not given.isprintable():
        raise FixInput(
            "invalid-input",
            "the idempotency key cannot be used",
            Complaint("Idempotency-Key", "is empty, too long or not printable", f"send 1 to {LONGEST_ID} characters"),
        )
    return given.strip()
