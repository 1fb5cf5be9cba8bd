"""Twilio: HMAC-SHA1 over the address that was called and the form's parameters in order; JSON by its hash.

The address is the one that Twilio was given, which behind a proxy is not the one we see. A port that is the scheme's
own may be written or not. Source: Twilio, "Webhooks security: validating signatures".
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    b64,
    fingerprint,
    mac,
    same,
)
from gongdan.shared.definitions.verify import Verify

SIGNATURE = "X-Twilio-Signature"
BODY_HASH = "bodySHA256"
PORTS = {"http": 80, "https": 443}


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    given = request.header(SIGNATURE)
    url = _called(rule, request)
    hashed = dict(parse_qsl(_query(url))).get(BODY_HASH)
    if hashed is not None and not same(hashed.lower(), fingerprint(request.body)):
        raise Refused("mismatch", BODY_HASH, "is not the body's hash", "send the body that was signed")
    if hashed is None and request.body and not request.form:
        raise Refused("missing", BODY_HASH, "is missing", "send a form, or the body's hash in the address")
    content = _parameters(request) if hashed is None else ""
    for candidate in _writings(url):
        signed = (candidate + content).encode()
        if any(same(given, b64(mac(key, signed, "sha1"))) for key in secrets.keys):
            return Genuine(request.body)
    raise Refused("mismatch", SIGNATURE, "does not match", "sign the address and the form with the auth token")


def _called(rule: Verify, request: SignedRequest) -> str:
    """The address that was called: the agreed one, with the query that came."""
    query = _query(request.url)
    if rule.url is None or not query or "?" in rule.url:
        return rule.url or request.url
    return f"{rule.url}?{query}"


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError as error:
        raise Refused("malformed", "url", "is no address", "call the address that you were given") from error


def _parameters(request: SignedRequest) -> str:
    """Each name with its values, sorted, repetitions left out."""
    return "".join(name + value for name, value in sorted(set(request.form)))


def _writings(url: str) -> Iterator[str]:
    """The address as it is, then with the scheme's own port written or left out."""
    yield url
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return
    if port is None and parts.scheme in PORTS:
        yield urlunsplit(parts._replace(netloc=f"{parts.netloc}:{PORTS[parts.scheme]}"))
    elif port is not None:
        yield urlunsplit(parts._replace(netloc=parts.netloc.rpartition(":")[0]))
