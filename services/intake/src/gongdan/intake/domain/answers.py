"""What a partner is told: the answer to its challenge, and that its request was taken. Pure.

A challenge asks whether the address is ours; its answer needs nothing but the request and the secret, so nobody waits
for it. Sources: Slack, "url_verification event"; Feishu, "challenge"; WeCom, "verify the URL"; DingTalk, "check_url".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from gongdan.intake.domain.verification import dingtalk
from gongdan.intake.domain.verification.request import Genuine, SignedRequest
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.verify import Scheme, Verify

JSON, TEXT, XML = "application/json", "text/plain; charset=utf-8", "text/xml; charset=utf-8"
URL_CHECKS = ("check_url", "check_create_suite_url", "check_update_suite_url")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer over HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one message: its id, and whether it was there before."""

    message_id: str
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Proven:
    """A request with its proof, and what an answer to it may need."""

    rule: Verify
    request: SignedRequest
    proof: Genuine
    token: bytes = field(default=b"", repr=False)


def challenge(proven: Proven) -> Reply | None:
    """The answer to a challenge; None when the request is none."""
    ask = CHALLENGES.get(proven.rule.scheme)
    return ask(proven) if ask else None


def taken(spec: Source, proven: Proven, told: Sequence[Told]) -> Reply:
    """That everything in the request is kept, in the words that the partner understands."""
    if proven.rule.scheme == "dingtalk_callback":
        return _sealed_success(proven)
    if spec.answer is not None:
        return Reply(spec.answer.status, _with_charset(spec.answer.content_type), spec.answer.body.encode())
    return USUAL.get(proven.rule.scheme) or _accepted(told)


def _accepted(told: Sequence[Told]) -> Reply:
    """202 with the messages; of a single one also where to ask for it."""
    listed = [{"message_id": one.message_id, "duplicate": one.duplicate} for one in told]
    if len(told) == 1:
        return Reply(202, JSON, orjson.dumps(listed[0]), {"location": f"/v1/messages/{told[0].message_id}"})
    return Reply(202, JSON, orjson.dumps({"messages": listed}))


def _token_echo(proven: Proven) -> Reply | None:
    """`{"type": "url_verification", "challenge": …}` comes back as `{"challenge": …}`."""
    content = _object(proven.proof.body)
    if content.get("type") != "url_verification" or not isinstance(content.get("challenge"), str):
        return None
    return Reply(200, JSON, orjson.dumps({"challenge": content["challenge"]}))


def _echo(proven: Proven) -> Reply | None:
    """WeCom's `echostr` in clear."""
    return Reply(200, TEXT, proven.proof.body) if proven.request.method == "GET" else None


def _address_check(proven: Proven) -> Reply | None:
    """DingTalk's `check_url`."""
    return _sealed_success(proven) if _object(proven.proof.body).get("EventType") in URL_CHECKS else None


def _sealed_success(proven: Proven) -> Reply:
    sealed = dingtalk.success(proven.rule, proven.token, proven.proof, proven.request)
    return Reply(200, JSON, orjson.dumps(sealed))


def _object(body: bytes) -> dict[str, object]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _with_charset(content_type: str) -> str:
    return f"{content_type}; charset=utf-8" if content_type.startswith("text/") else content_type


CHALLENGES: Mapping[Scheme, Callable[[Proven], Reply | None]] = {
    "slack": _token_echo,
    "feishu": _token_echo,
    "wecom": _echo,
    "dingtalk_callback": _address_check,
}
USUAL: Mapping[Scheme, Reply] = {
    "slack": Reply(200, TEXT, b""),
    "feishu": Reply(200, JSON, b"{}"),
    "dingtalk_robot": Reply(200, JSON, b"{}"),
    "wecom": Reply(200, TEXT, b"success"),
    "twilio": Reply(200, XML, b'<?xml version="1.0" encoding="UTF-8"?><Response/>'),
    "shopify": Reply(200, TEXT, b""),
    "sns": Reply(200, TEXT, b""),
}
