"""DingTalk's event callbacks: `{"encrypt": …}` with signature, time and nonce in the address.

Every answer is sealed, too: within 1.5 s DingTalk wants the word `success` in an envelope of its own. Source: DingTalk,
"configure the HTTP event subscription".
"""

import hashlib

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    in_window,
    json_object,
    same,
)
from gongdan.intake.domain.verification.sealed import SALT, Envelope, aes_key
from gongdan.shared.definitions.verify import Verify

SIGNATURE = "msg_signature"


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    given = request.parameter(SIGNATURE, "signature")
    timestamp, nonce = request.parameter("timestamp"), request.parameter("nonce")
    sealed = json_object(request.body).get("encrypt")
    if not isinstance(sealed, str):
        raise Refused("missing", "encrypt", "is missing", 'send {"encrypt": …}')
    in_window(timestamp, "timestamp", request, rule.window)
    if not secrets.token:
        raise Refused("no-secret", "tokenRef", "is empty on our side", "ask us to set the token")
    if not same(given, Envelope(b"", secrets.token).signature(timestamp, nonce, sealed)):
        raise Refused("mismatch", SIGNATURE, "does not match", "sign with the callback's token")
    return opened(rule, secrets, sealed, "encrypt")


def opened(rule: Verify, secrets: Secrets, sealed: str, name: str) -> Genuine:
    """What is in an envelope, by the first key that fits. Raises Refused."""
    refusal = Refused("no-secret", "secretRef", "is not set on our side", "ask us to set the AES key")
    for secret in secrets.keys:
        try:
            key = aes_key(secret)
            return Genuine(Envelope(key, secrets.token, rule.receiver).open(sealed, name), key=key)
        except Refused as error:
            refusal = error
    raise refusal


def success(rule: Verify, token: bytes, proof: Genuine, request: SignedRequest) -> dict[str, str]:
    """The sealed `success` that DingTalk waits for. Its salt follows from the request: each has another nonce."""
    timestamp, nonce = request.parameter("timestamp"), request.parameter("nonce")
    salt = hashlib.sha256(proof.key + f"{timestamp}\n{nonce}\n".encode() + request.body).digest()[:SALT]
    envelope = Envelope(proof.key, token, rule.receiver)
    sealed = envelope.seal(b"success", salt)
    return {
        "msg_signature": envelope.signature(timestamp, nonce, sealed),
        "timeStamp": timestamp,
        "nonce": nonce,
        "encrypt": sealed,
    }
