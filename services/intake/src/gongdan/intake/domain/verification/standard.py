"""Standard Webhooks 1.0.0: `id.timestamp.body`, HMAC-SHA256 (`v1`) or Ed25519 (`v1a`), several signatures at a time.

A secret is `whsec_` and base64 (or plain base64), `whpk_` a public key, `whsk_` a private one, whose public half
counts. Headers may begin with `svix-`, as those of the specification's forerunner do.
"""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    b64,
    from_base64,
    in_window,
    mac,
    same,
)
from gongdan.shared.definitions.verify import Verify

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
MOST_SIGNATURES = 20
PUBLIC, PRIVATE = b"whpk_", b"whsk_"


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    message_id = request.header(ID, "svix-id")
    timestamp = request.header(TIMESTAMP, "svix-timestamp")
    given = request.header(SIGNATURE, "svix-signature")
    in_window(timestamp, TIMESTAMP, request, rule.window)
    signed = f"{message_id}.{timestamp}.".encode() + request.body
    offered = [item.partition(",") for item in given.split()[:MOST_SIGNATURES]]
    for secret in secrets.keys:
        if any(_matches(secret, version, value, signed) for version, _, value in offered):
            return Genuine(request.body, message_id)
    raise Refused("mismatch", SIGNATURE, "does not match", "sign `id.timestamp.body` with the source's secret")


def standard_key(secret: bytes) -> bytes:
    """The key in `whsec_<base64>`; the bytes as they are when they are not base64."""
    text = secret.removeprefix(b"whsec_")
    try:
        return base64.b64decode(text, validate=True) if text else b""
    except binascii.Error:
        return secret


def standard_signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The base64 of the HMAC, without its `v1,`."""
    return b64(mac(key, f"{message_id}.{timestamp}.".encode() + body))


def _matches(secret: bytes, version: str, value: str, signed: bytes) -> bool:
    if version == "v1" and not secret.startswith((PUBLIC, PRIVATE)):
        return same(value, b64(mac(standard_key(secret), signed)))
    if version == "v1a" and secret.startswith((PUBLIC, PRIVATE)):
        return _verifies(_public_key(secret), value, signed)
    return False


def _verifies(key: Ed25519PublicKey, value: str, signed: bytes) -> bool:
    try:
        key.verify(from_base64(value, SIGNATURE), signed)
    except (InvalidSignature, Refused):
        return False
    return True


def _public_key(secret: bytes) -> Ed25519PublicKey:
    """The public key in `whpk_…` or `whsk_…`; a private one is 32 bytes, or 64 with its public half behind."""
    try:
        raw = base64.b64decode(secret[len(PUBLIC) :], validate=True)
        if secret.startswith(PRIVATE):
            return Ed25519PrivateKey.from_private_bytes(raw[:32]).public_key()
        return Ed25519PublicKey.from_public_bytes(raw)
    except ValueError as error:
        raise Refused("no-secret", "secretRef", "holds no Ed25519 key on our side", "ask us to set the key") from error
