"""Group robots: a signed time, and nothing of the body, so only the connection protects what it says.

DingTalk: base64 of HMAC-SHA256, key the app secret, over `timestamp LF secret`. Feishu: the same over nothing, with
`timestamp LF secret` as the key. Sources: DingTalk, "custom robot: security settings"; Feishu, "custom bot: signature".
"""

from urllib.parse import unquote

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    b64,
    in_window,
    mac,
    same,
)
from gongdan.shared.definitions.verify import Verify

TIMESTAMP, SIGN = "timestamp", "sign"


def check_dingtalk(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    return _check(rule, secrets, request, dingtalk=True)


def check_feishu(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    return _check(rule, secrets, request, dingtalk=False)


def _check(rule: Verify, secrets: Secrets, request: SignedRequest, *, dingtalk: bool) -> Genuine:
    time, given = _given(request, TIMESTAMP), _given(request, SIGN)
    in_window(time, TIMESTAMP, request, rule.window)
    # Robots' addresses carry the signature as a query parameter, and some put it into the header just as it was.
    offered = unquote(given) if "%" in given else given
    for secret in secrets.keys:
        text = f"{time}\n".encode() + secret
        wanted = mac(secret, text) if dingtalk else mac(text if secret else b"", b"")
        if same(offered, b64(wanted)):
            return Genuine(request.body)
    raise Refused("mismatch", SIGN, "does not match", "sign the timestamp with the robot's secret")


def _given(request: SignedRequest, name: str) -> str:
    found = request.headers.get(name, "").strip() or dict(request.query).get(name, "")
    if not found:
        raise Refused("missing", name, "is missing", "send this header")
    return found
