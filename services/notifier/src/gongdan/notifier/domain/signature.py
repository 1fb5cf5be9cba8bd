"""Signatures of outgoing webhooks. Source: Standard Webhooks 1.0.0, symmetric scheme `v1`."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"


def keys_from(secret: str) -> tuple[bytes, ...]:
    """The keys in a secret: `whsec_` and base64, several apart by spaces while one replaces another.

    Raises ValueError when there is none or one is not base64; the message never holds the secret.
    """
    keys = tuple(_key(one) for one in secret.split())
    if not keys:
        raise ValueError("the secret is empty: write whsec_ and 24 to 64 random bytes in base64")
    return keys


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        key = b""
    if not key:
        raise ValueError("the secret is not base64: write whsec_ and 24 to 64 random bytes in base64")
    return key


def sign(keys: Iterable[bytes], webhook_id: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`: one signature per key, apart by spaces. `timestamp` is in seconds."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    digests = (hmac.new(key, signed, hashlib.sha256).digest() for key in keys)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def headers(keys: Iterable[bytes], webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of an attempt made `at`; the id is the same on every attempt."""
    timestamp = int(at.timestamp())
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(keys, webhook_id, timestamp, body),
    }
