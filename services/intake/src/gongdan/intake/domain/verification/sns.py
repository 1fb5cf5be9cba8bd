"""Amazon SNS: an RSA signature under a certificate that the message names, from Amazon's own host only.

Which certificate to fetch is decided here (`certificate_url`), fetching it is somebody else's. Version 1 signs SHA-1,
version 2 SHA-256. Source: AWS, "Verifying the signatures of Amazon SNS messages".
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    from_base64,
    json_object,
)
from gongdan.shared.definitions.verify import Verify

HOST = re.compile(r"sns\.[a-z0-9-]{1,30}\.amazonaws\.com(\.cn)?")
NOTIFICATION = ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
CONFIRMATION = ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")
KINDS = {
    "Notification": NOTIFICATION,
    "SubscriptionConfirmation": CONFIRMATION,
    "UnsubscribeConfirmation": CONFIRMATION,
}


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """`secrets.certificate` is the PEM behind `certificate_url`. Raises Refused."""
    message = _message(rule, request.body)
    _check_time(rule, message, request)
    given = from_base64(_text(message, "Signature"), "Signature")
    algorithm = SHA1() if _text(message, "SignatureVersion") == "1" else SHA256()  # noqa: S303 - Amazon's version 1
    try:
        _public_key(secrets.certificate, request.now).verify(given, canonical(message), PKCS1v15(), algorithm)
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise Refused("mismatch", "Signature", "does not match", "send Amazon's message unchanged") from error
    return Genuine(request.body, _text(message, "MessageId"))


def certificate_url(rule: Verify, body: bytes) -> str:
    """Where the certificate is. Raises Refused when that is not Amazon's."""
    return amazon(_text(_message(rule, body), "SigningCertURL", "SigningCertUrl"), "SigningCertURL")


def amazon(url: str, name: str) -> str:
    """The address itself. Raises Refused unless it is HTTPS on a host of Amazon SNS."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise Refused("malformed", name, "is no address", "send Amazon's message unchanged") from error
    usual = parts.scheme == "https" and port in (None, 443) and parts.username is None
    if not usual or not HOST.fullmatch(parts.hostname or ""):
        raise Refused("wrong-sender", name, "is not a host of Amazon SNS", "send Amazon's message unchanged")
    return url


def canonical(message: Mapping[str, Any]) -> bytes:
    """What is signed: names and values, a line each, in order."""
    names = KINDS[_text(message, "Type")]
    return "".join(f"{name}\n{message[name]}\n" for name in names if message.get(name) is not None).encode()


def _message(rule: Verify, body: bytes) -> dict[str, Any]:
    message = json_object(body)
    if _text(message, "Type") not in KINDS:
        raise Refused("malformed", "Type", "is no kind of SNS message", "send Amazon's message unchanged")
    if _text(message, "TopicArn") not in rule.topics:
        raise Refused("wrong-sender", "TopicArn", "is a topic that is not allowed", "let an allowed topic write")
    return message


def _check_time(rule: Verify, message: Mapping[str, Any], request: SignedRequest) -> None:
    """Amazon repeats for an hour with the first time, so the window is that wide unless the Source says otherwise."""
    try:
        sent = datetime.fromisoformat(_text(message, "Timestamp"))
        late = request.now is not None and abs(request.now - sent) > rule.window
    except (ValueError, TypeError) as error:
        raise Refused("malformed", "Timestamp", "is no time", "send Amazon's message unchanged") from error
    if late:
        problem = f"is more than {rule.window.total_seconds():g} s from our time"
        raise Refused("outside-window", "Timestamp", problem, "send it in time")


def _public_key(pem: bytes, now: datetime | None) -> RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        found = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Refused("malformed", "SigningCertURL", "is no certificate", "send Amazon's message unchanged") from error
    if not isinstance(found, RSAPublicKey):
        raise Refused("malformed", "SigningCertURL", "is no RSA certificate", "send Amazon's message unchanged")
    if now and not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise Refused("outside-window", "SigningCertURL", "is not valid now", "send Amazon's message unchanged")
    return found


def _text(message: Mapping[str, Any], *names: str) -> str:
    found = next((message[name] for name in names if isinstance(message.get(name), str)), None)
    if not isinstance(found, str):
        raise Refused("missing", names[0], "is missing", "send Amazon's message unchanged")
    return found
