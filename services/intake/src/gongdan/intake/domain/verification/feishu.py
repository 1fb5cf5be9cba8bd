"""Feishu's events: signed by hash with the encrypt key, and sealed with it; or known by the verification token.

The signature is SHA-256 over time, nonce, encrypt key and raw body; the content AES-256-CBC under the key's SHA-256,
with the IV before it. The check of the address may come without a signature, and then proves itself by the envelope
and the token. Source: Feishu open platform, "configure an encrypt key", "receive events".
"""

import hashlib
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    from_base64,
    in_window,
    json_object,
    same,
)
from gongdan.intake.domain.verification.sealed import unpadded
from gongdan.shared.definitions.verify import Verify

SIGNATURE, TIMESTAMP, NONCE = "X-Lark-Signature", "X-Lark-Request-Timestamp", "X-Lark-Request-Nonce"
CHECK = "url_verification"


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    refusal = Refused("no-secret", "secretRef", "is not set on our side", "ask us to set the encrypt key")
    if not secrets.keys and secrets.token:
        _check_token(json_object(request.body), secrets.token)
        return Genuine(request.body)
    for key in secrets.keys:
        try:
            return _by_key(rule, key, secrets.token, request)
        except Refused as error:
            refusal = error
    raise refusal


def _by_key(rule: Verify, key: bytes, token: bytes, request: SignedRequest) -> Genuine:
    if not key:
        raise Refused("no-secret", "secretRef", "is empty on our side", "ask us to set the encrypt key")
    signed = SIGNATURE.lower() in request.headers
    if signed:
        _check_signature(rule, key, request)
    sealed = json_object(request.body).get("encrypt")
    body = opened(key, sealed) if isinstance(sealed, str) else request.body
    content = json_object(body)
    if not signed and not (isinstance(sealed, str) and content.get("type") == CHECK):
        raise Refused("missing", SIGNATURE, "is missing", "sign with the encrypt key")
    _check_token(content, token)
    return Genuine(body)


def _check_signature(rule: Verify, key: bytes, request: SignedRequest) -> None:
    given = request.header(SIGNATURE)
    timestamp, nonce = request.header(TIMESTAMP), request.header(NONCE)
    in_window(timestamp, TIMESTAMP, request, rule.window)
    wanted = hashlib.sha256(f"{timestamp}{nonce}".encode() + key + request.body).hexdigest()
    if not same(given.lower(), wanted):
        raise Refused("mismatch", SIGNATURE, "does not match", "sign with the encrypt key")


def opened(key: bytes, sealed: str) -> bytes:
    """What is in an envelope. Raises Refused."""
    content = from_base64(sealed, "encrypt")
    if len(content) < 32 or len(content) % 16:
        raise Refused("malformed", "encrypt", "is no whole ciphertext", "seal it with the encrypt key")
    decryptor = Cipher(algorithms.AES(hashlib.sha256(key).digest()), modes.CBC(content[:16])).decryptor()
    return unpadded(decryptor.update(content[16:]) + decryptor.finalize(), 16, "encrypt")


def _check_token(content: dict[str, Any], token: bytes) -> None:
    """Where we know the token, it must be the right one; both versions of events carry it."""
    header = content.get("header")
    given = header.get("token") if isinstance(header, dict) else content.get("token")
    if token and not (isinstance(given, str) and same(given, token)):
        raise Refused("mismatch", "token", "is another token", "send the app's verification token")
