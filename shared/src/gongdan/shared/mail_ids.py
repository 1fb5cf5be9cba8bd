"""Our own Message-IDs: signed, so that a reply proves which ticket it belongs to, whoever sends it.

Shape: `<gd.{ticket number}.{nonce}.{signature}@{domain}>`; the signature is the first 20 hex digits of
HMAC-SHA256 over number and nonce. Source: RFC 5322 section 3.6.4 for the syntax.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

LOOP_HEADER = "X-Gongdan-Loop"
SHAPE = re.compile(r"gd\.([A-Z]{1,8}-\d{1,18})\.([0-9a-f]{8,32})\.([0-9a-f]{20})@")


@dataclass(frozen=True, slots=True)
class OwnMailIds:
    """Makes and recognises our Message-IDs (without angle brackets)."""

    key: bytes
    domain: str

    @property
    def mark(self) -> str:
        """What this installation writes into the `LOOP_HEADER` of each mail, to know it when it comes back."""
        return hmac.new(self.key, b"loop", hashlib.sha256).hexdigest()[:20]

    def make(self, ticket: str, nonce: str) -> str:
        """The Message-ID of a mail about `ticket`; `nonce` (8-32 hex digits) makes it unique."""
        return f"gd.{ticket}.{nonce}.{self._sign(ticket, nonce)}@{self.domain}"

    def ticket_of(self, message_id: str) -> str | None:
        """The ticket number, if this Message-ID is one of ours and unaltered."""
        found = SHAPE.match(message_id)
        if not found:
            return None
        ticket, nonce, signature = found.groups()
        return ticket if hmac.compare_digest(signature, self._sign(ticket, nonce)) else None

    def _sign(self, ticket: str, nonce: str) -> str:
        return hmac.new(self.key, f"{ticket}\n{nonce}".encode(), hashlib.sha256).hexdigest()[:20]
