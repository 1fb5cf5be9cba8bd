"""Amazon SNS for tests: a certificate of its own, and messages signed with its key."""

import base64
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

TOPIC = "arn:aws:sns:eu-west-1:123456789012:inbound-mail"
HOST = "https://sns.eu-west-1.amazonaws.com"
CERTIFICATE_URL = f"{HOST}/SimpleNotificationService-0123456789abcdef0123456789abcdef.pem"
SUBSCRIBE_URL = f"{HOST}/?Action=ConfirmSubscription&Token=t"
ORDER = ("Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type")


@cache
def key() -> rsa.RSAPrivateKey:
    """The key of this run."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(begins: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> bytes:
    """A year's certificate, PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key().public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=365))
        .sign(key(), SHA256())
    )
    return built.public_bytes(Encoding.PEM)


def notification(now: datetime, message: object, **changes: Any) -> bytes:
    """A signed message; `changes` are made before it is signed."""
    fields: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Receipt Notification",
        "Message": message if isinstance(message, str) else orjson.dumps(message).decode(),
        "Timestamp": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "SignatureVersion": "2",
        "SigningCertURL": CERTIFICATE_URL,
        **changes,
    }
    return orjson.dumps(signed(fields))


def confirmation(now: datetime, **changes: Any) -> bytes:
    """Amazon's question whether the topic may write here."""
    asked = {"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": SUBSCRIBE_URL, "Subject": None}
    return notification(now, "You have chosen to subscribe", **(asked | changes))


def signed(fields: dict[str, Any]) -> dict[str, Any]:
    """With its signature."""
    kept = {name: value for name, value in fields.items() if value is not None}
    lines = "".join(f"{name}\n{kept[name]}\n" for name in ORDER if name in kept)
    algorithm = SHA1() if kept["SignatureVersion"] == "1" else SHA256()  # noqa: S303 - Amazon's version 1
    return kept | {"Signature": base64.b64encode(key().sign(lines.encode(), PKCS1v15(), algorithm)).decode()}
