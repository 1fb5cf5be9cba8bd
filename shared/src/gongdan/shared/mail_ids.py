"""Our own Message-IDs: signed, so that a reply proves which ticket it belongs to, whoever sends it.

Shape: `<gd.{ticket number}.{nonce}.{signature}@{domain}>`; the signature is the first 20 hex digits of
HMAC-SHA256 over number and nonce. Source: RFC 5322 section 3.6.4 for the syntax.

And addresses that prove the same where a mail program keeps none of its headers: `support+gd-17-{signature}@…`, all in
lower case because servers change the case of addresses. Source: RFC 5233 for what follows the plus sign.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass

LOOP_HEADER = "X-Gongdan-Loop"
SHAPE = re.compile(r"gd\.([A-Z]{1,8}-\d{1,18})\.([0-9a-f]{8,32})\.([0-9a-f]{20})@")

_TAGGED = re.compile(r"\+([a-z]{1,8}-[0-9]{1,18})-([0-9a-f]{16})@")


@dataclass(frozen=True, slots=True)
class OwnMailIds:
    """Makes and recognises our Message-IDs (without angle brackets) and our signed addresses."""

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

    def address(self, ticket: str, inbox: str) -> str:
        """The address of `inbox` that belongs to this ticket alone."""
        local, _, domain = inbox.lower().rpartition("@")
        return f"{local}+{ticket.lower()}-{self._sign_address(ticket)}@{domain}"

    def ticket_of_address(self, address: str) -> str | None:
        """The ticket number, if this is such an address and unaltered."""
        found = _TAGGED.search(address.lower())
        if not found:
            return None
        ticket, signature = found[1].upper(), found[2]
        return ticket if hmac.compare_digest(signature, self._sign_address(ticket)) else None

    def _sign_address(self, ticket: str) -> str:
        return hmac.new(self.key, f"address\n{ticket}".encode(), hashlib.sha256).hexdigest()[:16]

    def _sign(self, ticket: str, nonce: str) -> str:
        return hmac.new(self.key, f"{ticket}\n{nonce}".encode(), hashlib.sha256).hexdigest()[:20]
