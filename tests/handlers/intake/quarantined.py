"""Entries of the quarantine, as their store would give them back."""

import hashlib
from datetime import datetime

from gongdan.intake.ports.quarantine import SetAside
from gongdan.shared.ids import derived_id


def entry_of(source: str, raw: bytes, cause: str, received_at: datetime, channel: str = "webhook") -> SetAside:
    """An entry that waits."""
    digest = hashlib.sha256(raw).hexdigest()
    return SetAside(
        id=derived_id("quarantine", channel, source, digest),
        channel=channel,
        source=source,
        raw_sha256=digest,
        size=len(raw),
        cause=cause,
        detail="a test set it aside",
        received_at=received_at,
    )
