"""What each scheme adds to a described request."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import parse_qsl

import orjson

from gongdan.intake.domain.verification import feishu as lark
from gongdan.intake.domain.verification import standard, timed, tokens, vendors
from gongdan.intake.domain.verification.request import Secrets, SignedRequest
from gongdan.intake.try_outs.vectors import Vector
from gongdan.shared.definitions.verify import Algorithm, Verify

SIGNATURES = ("signature", "sign", "msg_signature", "header_value", "hmac", "signature_header_value")
SEALED = ("encrypt", "encrypted", "ciphertext")
AES_KEYS = ("aes_key", "encoding_aes_key", "encodingAESKey", "EncodingAESKey", "encrypt_key", "encoding_aeskey")
RECEIVERS = ("receiver", "receive_id", "receiveid", "corp_id", "corpid", "app_key", "suite_key", "owner_key")
ALLOWED = ("allowed", "allow", "allowlist", "networks", "cidrs", "ips", "fingerprints", "expected", "secret")


@dataclass(frozen=True, slots=True)
class Case:
    """A request ready to be verified. `sealed_only`: a content in an envelope, and no signature to check."""

    rule: Verify
    secrets: Secrets
    request: SignedRequest
    sealed_only: str | None = None

    def ruled(self, **changes: Any) -> "Case":  # noqa: ANN401 - the fields of a rule
        """With another rule."""
        return replace(self, rule=self.rule.model_copy(update=changes))

    def headed(self, **changes: str | None) -> "Case":
        """With more headers, `_` for `-`; those that are None stay away."""
        return self.with_fields({name.replace("_", "-"): value for name, value in changes.items()})

    def with_fields(self, fields: Mapping[str, str | None]) -> "Case":
        """With more headers; those that are None stay away, and those that are there already stay."""
        new = {name.lower(): value for name, value in fields.items() if value is not None}
        return replace(self, request=replace(self.request, headers=new | dict(self.request.headers)))

    def keyed(self, *keys: bytes, token: bytes = b"", certificate: bytes = b"") -> "Case":
        """With other secrets."""
        return replace(self, secrets=Secrets(keys, token, certificate))


@dataclass(frozen=True, slots=True)
class Where:
    """The headers that a scheme's signature, time and id go into."""

    signature: str
    timestamp: str = ""
    id: str = ""


def with_headers(case: Case, where: Where, vector: Vector) -> Case:
    """With signature, time and id where the scheme has them."""
    listed = vector.texts("signatures")
    found = {where.signature: vector.text(*SIGNATURES) or (" ".join(listed) if listed else None)}
    if where.timestamp:
        found[where.timestamp] = vector.text("timestamp", "ts")
    if where.id:
        found[where.id] = vector.text("id", "msg_id", "message_id", "webhook_id")
    return case.with_fields(found)


def standard_webhooks(vector: Vector, case: Case) -> Case:
    """Public keys are marked as such where the description only calls them so."""
    public = [_marked(text, "whpk_") for text in vector.texts("public_key", "public_keys", "verification_key")]
    private = [_marked(text, "whsk_") for text in vector.texts("private_key")] if not public else []
    keys = (*(text.encode() for text in (*public, *private)), *case.secrets.keys)
    asymmetric = re.search(r"ed25519|asym|v1a", (vector.text("scheme") or "").lower())
    if asymmetric and not public and not private:
        keys = tuple(_marked(key.decode("utf-8", "replace"), "whpk_").encode() for key in keys)
    return case.keyed(*keys)


def _marked(text: str, prefix: str) -> str:
    return text if text.startswith((standard.PUBLIC.decode(), standard.PRIVATE.decode())) else prefix + text


def generic(vector: Vector, case: Case) -> Case:
    """An HMAC whose details are guessed from the signature's look where they are not given."""
    given = vector.text(*SIGNATURES)
    algorithm = re.sub(r"[^a-z0-9]|^hmac", "", (vector.text("algorithm", "algo", "hash") or "").lower().strip())
    algorithm = algorithm.removeprefix("hmac")
    prefix = vector.text("prefix", "signature_prefix")
    if prefix is None:
        found = re.match(r"(sha(?:1|256|384|512))=", given or "")
        prefix = found[0] if found else ""
        algorithm = algorithm or (found[1] if found else "")
    bare = (given or "").removeprefix(prefix).strip()
    timestamp = vector.text("timestamp", "ts")
    signed = vector.text("signed", "signed_payload", "template", "signed_template", "format", "message")
    header = vector.text("header", "signature_header") or "X-Signature"
    time_header = vector.text("timestamp_header") or ("X-Timestamp" if timestamp else None)
    id_header = vector.text("id_header") or ("X-Id" if vector.text("id") else None)
    signed = _template(signed) if signed else "{timestamp}.{body}" if timestamp else "{body}"
    fields = {header: given, time_header or "-": timestamp, id_header or "-": vector.text("id")}
    return case.with_fields({name: value for name, value in fields.items() if name != "-"}).ruled(
        header=header,
        algorithm=algorithm if algorithm in get_args(Algorithm) else "sha256",
        encoding=vector.text("encoding", "signature_encoding") or ("hex" if _hex(bare) else "base64"),
        prefix=prefix,
        signed=signed,
        timestamp_header=time_header if "{timestamp}" in signed else None,
        id_header=id_header if "{id}" in signed else None,
    )


def _hex(text: str) -> bool:
    return re.fullmatch(r"[0-9a-fA-F]*", text) is not None


def _template(text: str) -> str:
    """Placeholders in braces, whatever they were called: `timestamp.body`, `${body}`, `{{payload}}`."""
    if "{" not in text:
        return re.sub(r"\b(timestamp|id|body|method|url|path)\b", r"{\1}", text.replace("payload", "body"))
    bare = re.sub(r"\$?\{+\s*(\w+)\s*\}+", r"{\1}", text)
    return bare.replace("{payload}", "{body}").replace("{ts}", "{timestamp}").replace("{raw_body}", "{body}")


def github(vector: Vector, case: Case) -> Case:
    """By its beginning, SHA-1 in the older header."""
    given = vector.text(*SIGNATURES)
    old = (given or "").startswith("sha1=") or vector.text("algorithm") == "sha1"
    return case.with_fields({vendors.GITHUB_SHA1 if old else vendors.GITHUB: given})


def gitlab(vector: Vector, case: Case) -> Case:
    """`token` is what was sent, unless it is the only secret there is."""
    sent = vector.text(*SIGNATURES, "header", "received", "x_gitlab_token")
    if case.secrets.keys:
        return case.with_fields({vendors.GITLAB: sent if sent is not None else vector.text("token")})
    return case.with_fields({vendors.GITLAB: sent}).keyed(*(one.encode() for one in vector.texts("token")))


def stripe(vector: Vector, case: Case) -> Case:
    """A signature without its time is put together with the time that is given."""
    given, time = vector.text(*SIGNATURES), vector.text("timestamp", "t")
    if given is None or time is None or "t=" in given:
        return case
    value = given if given.startswith("v") and "=" in given else f"v1={given}"
    fresh = {name: text for name, text in case.request.headers.items() if name != timed.STRIPE.lower()}
    whole = replace(case, request=replace(case.request, headers=fresh))
    return whole.with_fields({timed.STRIPE: f"t={time},{value}"})


def twilio(vector: Vector, case: Case) -> Case:
    """Parameters by name, a list for those that come several times; or the form as it was sent."""
    given = vector.get("params", "parameters", "form", "post_params")
    if given is None and isinstance(vector.get("body"), dict):
        given = vector.get("body")
    hashed = vector.text("bodySHA256", "body_sha256")
    url = case.request.url
    if hashed and "bodySHA256" not in url:
        url += f"{'&' if '?' in url else '?'}bodySHA256={hashed}"
    form = _pairs(given) if isinstance(given, dict) else [] if "bodySHA256=" in url else _form(case.request.body)
    return replace(case, request=replace(case.request, form=form, url=url))


def _pairs(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = ((name, value if isinstance(value, list) else [value]) for name, value in given.items())
    return [(str(name), "" if one is None else str(one)) for name, values in found for one in values]


def _form(body: bytes) -> list[tuple[str, str]]:
    return parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)


def mailgun(vector: Vector, case: Case) -> Case:
    """Time, token and signature as a form, unless the body has them."""
    names = ("timestamp", "token", "signature")
    form = [(name, value) for name in names if (value := vector.text(name)) is not None]
    rest = [] if case.request.body.lstrip()[:1] == b"{" else _form(case.request.body)
    return replace(case, request=replace(case.request, form=form or rest))


def sns(vector: Vector, case: Case) -> Case:
    """The message as the body, its topic allowed, the certificate as it is given."""
    body = vector.get("message") if isinstance(vector.get("message"), dict) else None
    request = replace(case.request, body=orjson.dumps(body)) if body else case.request
    try:
        topic = orjson.loads(request.body)["TopicArn"]
    except (ValueError, KeyError, TypeError):
        topic = ""
    pem = vector.text("certificate", "cert", "pem", "signing_cert", "public_key") or ""
    found = replace(case, request=request).ruled(topics=vector.texts("topics", "topic_arn") or [topic])
    return found.keyed(certificate=pem.encode())


def sealed(vector: Vector, case: Case) -> Case:
    """DingTalk and WeCom: signature, time and nonce in the address, an envelope in body or address."""
    echo, inner = vector.text("echostr"), vector.text(*SEALED)
    dingtalk = case.rule.scheme == "dingtalk_callback"
    request = case.request
    if inner and not request.body:
        xml = f"<xml><Encrypt><![CDATA[{inner}]]></Encrypt></xml>".encode()
        request = replace(request, body=orjson.dumps({"encrypt": inner}) if dingtalk else xml)
    names = {"msg_signature": SIGNATURES, "timestamp": ("timestamp",), "nonce": ("nonce",), "echostr": ("echostr",)}
    query = [(name, value) for name, keys in names.items() if (value := vector.text(*keys)) is not None]
    method = "GET" if echo and not inner and not vector.has("body") else request.method
    keys = tuple(text.encode() for text in vector.texts(*AES_KEYS)) or case.secrets.keys
    request = replace(request, query=[*request.query, *query], method=method)
    only = inner if inner and not vector.has(*SIGNATURES) and "msg_signature" not in dict(request.query) else None
    found = replace(case, request=request, sealed_only=only).ruled(receiver=vector.text(*RECEIVERS))
    return found.keyed(*keys, token=(vector.text("token") or "").encode())


def feishu(vector: Vector, case: Case) -> Case:
    """Time, nonce and signature in headers; an envelope alone is only opened."""
    keys = tuple(text.encode() for text in vector.texts("encrypt_key", "encryptKey")) or case.secrets.keys
    inner = vector.text(*SEALED)
    request = case.request
    if inner and not request.body:
        request = replace(request, body=orjson.dumps({"encrypt": inner}))
    fields = {
        lark.SIGNATURE: vector.text(*SIGNATURES),
        lark.TIMESTAMP: vector.text("timestamp"),
        lark.NONCE: vector.text("nonce"),
    }
    unsigned = not vector.has(*SIGNATURES) and lark.SIGNATURE.lower() not in request.headers
    token = vector.text("verification_token", "token") or ""
    found = replace(case, request=request, sealed_only=inner if inner and unsigned else None)
    return found.with_fields(fields).keyed(*keys, token=token.encode())


def bearer(vector: Vector, case: Case) -> Case:
    """What was shown, with or without its first word."""
    sent = vector.text("authorization", *SIGNATURES, "header", "received")
    if sent is None and case.secrets.keys:
        sent = vector.text("token")
    keys = case.secrets.keys or tuple(one.encode() for one in vector.texts("token"))
    value = sent if sent is None or " " in sent else f"Bearer {sent}"
    return case.with_fields({tokens.AUTHORIZATION: value}).keyed(*keys)


def basic(vector: Vector, case: Case) -> Case:
    """The agreed name and password, and the header as it came or the pair that was given."""
    user, keys = vector.text("user", "username"), case.secrets.keys
    keys = tuple(one.encode() for one in vector.texts("password")) or keys
    if user is None and keys and b":" in keys[0]:
        name, _, rest = keys[0].partition(b":")
        user, keys = name.decode("utf-8", "replace"), (rest,)
    sent = vector.text("authorization", *SIGNATURES, "header")
    if sent and " " not in sent:
        sent = f"Basic {base64.b64encode(sent.encode()).decode() if ':' in sent else sent}"
    return case.with_fields({tokens.AUTHORIZATION: sent}).ruled(user=user or "").keyed(*keys)


def certificate(vector: Vector, case: Case) -> Case:
    """The client that the proxy names, and those that are allowed."""
    name = vector.text("header", "header_name") or tokens.CLIENT
    shown = vector.text("fingerprint", "subject", "client", "value", *SIGNATURES)
    return case.with_fields({name: shown}).ruled(header=name, allowed=vector.texts(*ALLOWED)).keyed()


def address(vector: Vector, case: Case) -> Case:
    """The address it came from, and those that are allowed."""
    client = case.request.client or vector.text("address", "source_ip", *SIGNATURES) or ""
    return replace(case.ruled(from_=vector.texts(*ALLOWED)), request=replace(case.request, client=client))
