"""What api says on `audit`: every entry of the audit, in the order of its chain, for systems that watch over others.

Nobody of us reads the topic. Whoever follows it holds the hashes outside of our reach: entries that were changed,
taken away or all written anew in api's table no longer fit what was said here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from gongdan.shared.contracts.base import Contract

AuditKind = Literal[
    "signed_in",
    "sign_in_failed",
    "signed_out",
    "session_revoked",
    "key_issued",
    "key_revoked",
    "account_changed",
    "impersonated",
    "definition_applied",
    "definition_deleted",
    "denied",
    "quarantine_released",
    "quarantine_discarded",
    "mailbox_failed",
    "exported",
]


class AuditRecorded(Contract):
    """Entry number `seq`: who did what kind of thing to what, at what time. `detail` depends on the kind.

    `hash` is the SHA-256 (hex) of all the others, as `gongdan.shared.access.chain` writes them; `previous` is that of
    the entry before. Where an event told of it, that is the envelope's cause.
    """

    seq: int
    at: datetime
    actor: str
    kind: AuditKind
    subject: str
    detail: Mapping[str, str] = {}
    previous: str
    hash: str
