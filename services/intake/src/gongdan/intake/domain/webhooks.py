"""Whether a webhook is from whom it claims to be. Signatures are over the raw body, compared in constant time.

`standard_webhooks`: HMAC-SHA256 over `id.timestamp.body` with a replay window, several signatures while a secret
is changed. Source: Standard Webhooks specification 1.0.0. `hmac`: one header with the HMAC of the body alone,
as many systems do it; it has no time in it, so a replay is caught by the message's identity only.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from gongdan.shared.definitions.source import Verify
from gongdan.shared.errors import Complaint, NotAllowed

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
MOST_SIGNATURES = 10


def verify(rule: Verify, secret: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Returns when the request is genuine. Raises NotAllowed (401) naming the header. Header names are lower case."""
    if rule.scheme == "standard_webhooks":
        _standard(rule.tolerance, standard_key(secret), headers, body, now)
    else:
        _plain_hmac(rule, secret, headers, body)


def standard_key(secret: bytes) -> bytes:
    """The key in `whsec_<base64>`; the bytes as they are when they are not base64."""
    text = secret.removeprefix(b"whsec_")
    try:
        return base64.b64decode(text, validate=True) or secret
    except binascii.Error:
        return secret


def standard_signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The base64 of the HMAC, without its `v1,`."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _standard(tolerance: timedelta, key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    message_id, timestamp = _header(headers, ID), _header(headers, TIMESTAMP)
    given = _header(headers, SIGNATURE)
    if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise _refused(TIMESTAMP, "is no Unix time in seconds", "send the time of sending")
    if abs(now.timestamp() - int(timestamp)) > tolerance.total_seconds():
        seconds = f"{tolerance.total_seconds():g}"
        raise _refused(TIMESTAMP, f"is more than {seconds} s from our time", "check the clock and sign anew")
    wanted = standard_signature(key, message_id, timestamp, body)
    offered = [item[3:] for item in given.split()[:MOST_SIGNATURES] if item.startswith("v1,")]
    if not any(_same(item, wanted) for item in offered):
        raise _refused(SIGNATURE, "does not match", "sign `id.timestamp.body` with the source's secret")


def _plain_hmac(rule: Verify, secret: bytes, headers: Mapping[str, str], body: bytes) -> None:
    given = _header(headers, rule.header.lower())
    if not given.startswith(rule.prefix):
        raise _refused(rule.header, f"does not begin with {rule.prefix!r}", "send it as agreed")
    digest = hmac.digest(secret, body, rule.algorithm)
    wanted = digest.hex() if rule.encoding == "hex" else base64.b64encode(digest).decode()
    offered = given.removeprefix(rule.prefix).strip()
    if not _same(offered.lower() if rule.encoding == "hex" else offered, wanted):
        raise _refused(rule.header, "does not match", f"send the {rule.encoding} HMAC of the raw body")


def _header(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "").strip()
    if not value:
        raise _refused(name, "is missing", "send this header")
    return value


def _same(offered: str, wanted: str) -> bool:
    return hmac.compare_digest(offered.encode(), wanted.encode())


def _refused(field: str, problem: str, cure: str) -> NotAllowed:
    return NotAllowed("the signature cannot be verified", Complaint(field, problem, cure), status=401)
