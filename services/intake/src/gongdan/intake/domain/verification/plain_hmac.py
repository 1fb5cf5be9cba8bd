"""One header with the HMAC of the body, or of what the Source says: `{timestamp}.{body}` and the like.

Without a time in what is signed, a replay is caught by the message's identity only.
"""

import base64
from functools import partial

from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest, in_window, mac, same
from gongdan.shared.definitions.verify import Encoding, Verify

USUAL_HEADER = "X-Signature"


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    name = rule.header or USUAL_HEADER
    given = request.header(name)
    if not given.startswith(rule.prefix):
        raise Refused("malformed", name, f"does not begin with {rule.prefix!r}", "send it as agreed")
    offered = _canonical(given.removeprefix(rule.prefix).strip(), rule.encoding)
    content, delivery = _content(rule, request)
    write = partial(written, encoding=rule.encoding)
    if not any(same(offered, write(mac(key, content, rule.algorithm))) for key in secrets.keys):
        raise Refused("mismatch", name, "does not match", f"send the {rule.encoding} HMAC of {rule.signed}")
    return Genuine(request.body, delivery if "{id}" in rule.signed else None)


def written(digest: bytes, encoding: Encoding) -> str:
    """A digest in hex, base64, or base64url without padding."""
    if encoding == "hex":
        return digest.hex()
    if encoding == "base64":
        return base64.b64encode(digest).decode()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _canonical(offered: str, encoding: Encoding) -> str:
    if encoding == "hex":
        return offered.lower()
    return offered.rstrip("=") if encoding == "base64url" else offered


def _content(rule: Verify, request: SignedRequest) -> tuple[bytes, str | None]:
    """What is signed, and the delivery's id."""
    delivery = request.header(rule.id_header) if rule.id_header else None
    timestamp = request.header(rule.timestamp_header) if rule.timestamp_header else ""
    if rule.timestamp_header:
        in_window(timestamp, rule.timestamp_header, request, rule.window)
    url = rule.url or request.url
    parts = {
        "{id}": delivery or "",
        "{timestamp}": timestamp,
        "{method}": request.method,
        "{url}": url,
        "{path}": "/" + url.partition("://")[2].partition("/")[2],
    }
    before, _, after = rule.signed.partition("{body}")
    return _filled(before, parts) + request.body + _filled(after, parts), delivery


def _filled(text: str, parts: dict[str, str]) -> bytes:
    for name, value in parts.items():
        text = text.replace(name, value)
    return text.replace("\\n", "\n").encode()
