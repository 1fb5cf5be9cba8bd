"""Partners who sign their requests, each as its documents say, written apart from the code that checks them.

`PARTNERS` has one per scheme: how its Source verifies, the secrets behind it, and how it signs a body.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = "a-secret-for-tests"
AES_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")
TOKEN = "callback-token"
JSON = {"content-type": "application/json"}
PRIVATE_KEY = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_KEY = base64.b64encode(PRIVATE_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
SENDGRID_KEY = ec.derive_private_key(0xC0FFEE, ec.SECP256R1())
SENDGRID_PUBLIC = base64.b64encode(
    SENDGRID_KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@dataclass(frozen=True)
class Call:
    """A request, ready to be sent. `signature` names the header or query parameter that holds the proof."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    signature: str = ""
    method: str = "POST"


@dataclass(frozen=True)
class Partner:
    """`covers`: whether the proof covers the body."""

    verify: Mapping[str, Any]
    sign: Callable[[bytes, datetime, str], Call]
    secrets: Mapping[str, str] = field(default_factory=lambda: {"KEY": SECRET})
    covers: bool = True


def _hmac(content: bytes, algorithm: str = "sha256", key: bytes = SECRET.encode()) -> bytes:
    return hmac.new(key, content, algorithm).digest()


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _seconds(now: datetime) -> str:
    return str(int(now.timestamp()))


def _standard(body: bytes, now: datetime, _: str) -> Call:
    return _standard_with(body, now, "v1," + _b64(_hmac(b"msg_1." + _seconds(now).encode() + b"." + body)))


def _standard_v1a(body: bytes, now: datetime, _: str) -> Call:
    signed = PRIVATE_KEY.sign(b"msg_1." + _seconds(now).encode() + b"." + body)
    return _standard_with(body, now, "v1a," + _b64(signed))


def _standard_with(body: bytes, now: datetime, signature: str) -> Call:
    names = {"webhook-id": "msg_1", "webhook-timestamp": _seconds(now), "webhook-signature": signature}
    return Call(body, JSON | names, signature="webhook-signature")


def _headed(name: str, make: Callable[[bytes, str], str], time: str = "") -> Callable[[bytes, datetime, str], Call]:
    """A proof in one header, made of the body and the time; the time in `time`, where it has a header."""

    def sign(body: bytes, now: datetime, _: str) -> Call:
        headers = {name.lower(): make(body, _seconds(now))} | ({time.lower(): _seconds(now)} if time else {})
        return Call(body, JSON | headers, signature=name.lower())

    return sign


def _stripe(body: bytes, time: str) -> str:
    return f"t={time},v0=00,v1={_hmac(f'{time}.'.encode() + body).hex()}"


def _slack(body: bytes, time: str) -> str:
    return "v0=" + _hmac(f"v0:{time}:".encode() + body).hex()


def _twilio(body: bytes, _: datetime, url: str) -> Call:
    """A form whose one field is the body, as text."""
    value = body.decode("latin-1")
    signature = _b64(_hmac(f"{url}CallSidCA1Text{value}".encode(), "sha1"))
    form = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature}
    return Call(urlencode({"CallSid": "CA1", "Text": value}).encode(), form, signature="x-twilio-signature")


def _twilio_json(body: bytes, _: datetime, url: str) -> Call:
    digest = hashlib.sha256(body).hexdigest()
    signature = _b64(_hmac(f"{url}?bodySHA256={digest}".encode(), "sha1"))
    return Call(body, JSON | {"x-twilio-signature": signature}, {"bodySHA256": digest}, "x-twilio-signature")


def _dingtalk_robot(body: bytes, now: datetime, _: str) -> Call:
    time = str(int(now.timestamp() * 1000))
    sign = _b64(_hmac(f"{time}\n{SECRET}".encode()))
    return Call(body, JSON | {"timestamp": time, "sign": sign}, signature="sign")


def _feishu_robot(body: bytes, now: datetime, _: str) -> Call:
    time = _seconds(now)
    sign = _b64(_hmac(b"", key=f"{time}\n{SECRET}".encode()))
    return Call(body, JSON | {"timestamp": time, "sign": sign}, signature="sign")


def _cbc(key: bytes, iv: bytes, content: bytes, block: int) -> bytes:
    count = block - len(content) % block
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(content + bytes([count]) * count) + encryptor.finalize()


def _uncbc(key: bytes, iv: bytes, content: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    return padded[: -padded[-1]]


def sealed(content: bytes, receiver: str = "ding-app") -> str:
    """DingTalk's and WeCom's envelope."""
    key = bytes(range(32))
    whole = b"s" * 16 + len(content).to_bytes(4, "big") + content + receiver.encode()
    return _b64(_cbc(key, key[:16], whole, 32))


def unsealed(text: str) -> bytes:
    """What is in the envelope."""
    key = bytes(range(32))
    whole = _uncbc(key, key[:16], base64.b64decode(text))
    return whole[20 : 20 + int.from_bytes(whole[16:20], "big")]


def callback_signature(*parts: str) -> str:
    """SHA-1 over token and parts, sorted."""
    return hashlib.sha1("".join(sorted([TOKEN, *parts])).encode(), usedforsecurity=False).hexdigest()


def _in_query(inner: str, now: datetime) -> dict[str, str]:
    time = _seconds(now)
    return {"timestamp": time, "nonce": "n1", "msg_signature": callback_signature(time, "n1", inner)}


def _dingtalk(body: bytes, now: datetime, _: str) -> Call:
    inner = sealed(body)
    return Call(orjson.dumps({"encrypt": inner}), JSON, _in_query(inner, now), "msg_signature")


def _wecom(body: bytes, now: datetime, _: str) -> Call:
    inner = sealed(body)
    xml = f"<xml><ToUserName><![CDATA[ww1]]></ToUserName><Encrypt><![CDATA[{inner}]]></Encrypt></xml>"
    return Call(xml.encode(), {"content-type": "text/xml"}, _in_query(inner, now), "msg_signature")


def _feishu(body: bytes, now: datetime, _: str) -> Call:
    key = hashlib.sha256(SECRET.encode()).digest()
    whole = orjson.dumps({"encrypt": _b64(b"i" * 16 + _cbc(key, b"i" * 16, body, 16))})
    time = _seconds(now)
    signature = hashlib.sha256(f"{time}n1{SECRET}".encode() + whole).hexdigest()
    names = {"x-lark-request-timestamp": time, "x-lark-request-nonce": "n1", "x-lark-signature": signature}
    return Call(whole, JSON | names, signature="x-lark-signature")


def _mailgun(body: bytes, now: datetime, _: str) -> Call:
    time = _seconds(now)
    signature = _hmac(f"{time}tok".encode()).hex()
    parts = {"timestamp": time, "token": "tok", "signature": signature}
    return Call(orjson.dumps({"signature": parts, "event-data": body.decode("latin-1")}), JSON)


def _sendgrid(body: bytes, now: datetime, _: str) -> Call:
    time = _seconds(now)
    name = "x-twilio-email-event-webhook-"
    signature = _b64(SENDGRID_KEY.sign(time.encode() + body, ec.ECDSA(SHA256())))
    return Call(body, JSON | {f"{name}timestamp": time, f"{name}signature": signature}, signature=f"{name}signature")


def _from_anywhere(body: bytes, _: datetime, __: str) -> Call:
    return Call(body, JSON)


PLAIN = {"secretRef": "env:KEY"}
FINGERPRINT = "ab" * 32
PARTNERS: Mapping[str, Partner] = {
    "standard_webhooks": Partner({"scheme": "standard_webhooks", **PLAIN}, _standard),
    "standard_webhooks-v1a": Partner(
        {"scheme": "standard_webhooks", **PLAIN}, _standard_v1a, {"KEY": f"whpk_{PUBLIC_KEY}"}
    ),
    "hmac": Partner(
        {"scheme": "hmac", **PLAIN, "header": "X-Sign", "algorithm": "sha512", "encoding": "base64url",
         "signed": "{timestamp}.{body}", "timestamp_header": "X-Time", "prefix": "sig:"},
        _headed("X-Sign", lambda body, time: "sig:" + base64.urlsafe_b64encode(
            _hmac(f"{time}.".encode() + body, "sha512")).decode().rstrip("="), "X-Time"),
    ),
    "github": Partner(
        {"scheme": "github", **PLAIN}, _headed("X-Hub-Signature-256", lambda body, _: "sha256=" + _hmac(body).hex())
    ),
    "github-sha1": Partner(
        {"scheme": "github", **PLAIN}, _headed("X-Hub-Signature", lambda body, _: "sha1=" + _hmac(body, "sha1").hex())
    ),
    "gitlab": Partner({"scheme": "gitlab", **PLAIN}, _headed("X-Gitlab-Token", lambda *_: SECRET), covers=False),
    "stripe": Partner({"scheme": "stripe", **PLAIN}, _headed("Stripe-Signature", _stripe)),
    "slack": Partner(
        {"scheme": "slack", **PLAIN}, _headed("X-Slack-Signature", _slack, "X-Slack-Request-Timestamp")
    ),
    "twilio": Partner({"scheme": "twilio", **PLAIN}, _twilio),
    "twilio-json": Partner({"scheme": "twilio", **PLAIN}, _twilio_json),
    "shopify": Partner(
        {"scheme": "shopify", **PLAIN}, _headed("X-Shopify-Hmac-Sha256", lambda body, _: _b64(_hmac(body)))
    ),
    "dingtalk_robot": Partner({"scheme": "dingtalk_robot", **PLAIN}, _dingtalk_robot, covers=False),
    "feishu_robot": Partner({"scheme": "feishu_robot", **PLAIN}, _feishu_robot, covers=False),
    "dingtalk_callback": Partner(
        {"scheme": "dingtalk_callback", **PLAIN, "tokenRef": "env:TOKEN", "receiver": "ding-app"},
        _dingtalk, {"KEY": AES_KEY, "TOKEN": TOKEN},
    ),
    "wecom": Partner(
        {"scheme": "wecom", **PLAIN, "tokenRef": "env:TOKEN", "receiver": "ding-app"},
        _wecom, {"KEY": AES_KEY, "TOKEN": TOKEN},
    ),
    "feishu": Partner({"scheme": "feishu", **PLAIN}, _feishu),
    "mailgun": Partner({"scheme": "mailgun", **PLAIN}, _mailgun, covers=False),
    "sendgrid": Partner({"scheme": "sendgrid", **PLAIN}, _sendgrid, {"KEY": SENDGRID_PUBLIC}),
    "bearer": Partner(
        {"scheme": "bearer", **PLAIN}, _headed("Authorization", lambda *_: f"Bearer {SECRET}"), covers=False
    ),
    "basic": Partner(
        {"scheme": "basic", **PLAIN, "user": "partner"},
        _headed("Authorization", lambda *_: "Basic " + _b64(f"partner:{SECRET}".encode())), covers=False,
    ),
    "mtls": Partner(
        {"scheme": "mtls", "allowed": [FINGERPRINT.upper()], "from": ["127.0.0.0/8"]},
        _headed("X-Client-Cert-Fingerprint", lambda *_: FINGERPRINT), {}, covers=False,
    ),
    "ip_list": Partner({"scheme": "ip_list", "from": ["127.0.0.1", "::1"]}, _from_anywhere, covers=False),
}  # fmt: skip


def quoted(query: Mapping[str, str]) -> str:
    """A query as it stands in an address."""
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
