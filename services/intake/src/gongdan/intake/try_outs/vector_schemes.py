"""From the description of a request to the request itself, for each scheme.

Beside `secret`, `body`, `signature` and `timestamp`: Twilio wants `url` and `params`; DingTalk and WeCom callbacks
`aes_key`, `token`, `nonce`, `encrypt` or `echostr`, and `receiver`; Feishu `encrypt_key`; basic `user`; `ip_list` and
`mtls` `allowed` with `ip` or `client`; generic HMAC `header`, `algorithm`, `encoding`, `prefix` and `signed`.
"""

from collections.abc import Callable, Mapping
from typing import get_args
from urllib.parse import parse_qsl, urlsplit

from gongdan.intake.domain.verification import mailers, robots, standard, timed, twilio, vendors
from gongdan.intake.domain.verification.request import Secrets, SignedRequest
from gongdan.intake.try_outs import vector_parts
from gongdan.intake.try_outs.vector_parts import Case, Where, with_headers
from gongdan.intake.try_outs.vectors import Vector
from gongdan.shared.definitions.verify import Scheme, Verify
from gongdan.shared.errors import Complaint, FixInput

SCHEMES: tuple[Scheme, ...] = get_args(Scheme)
ALIASES: Mapping[str, Scheme] = {
    "standardwebhook": "standard_webhooks",
    "standard": "standard_webhooks",
    "svix": "standard_webhooks",
    "ed25519": "standard_webhooks",
    "generichmac": "hmac",
    "generic": "hmac",
    "dingtalkrobot": "dingtalk_robot",
    "dingtalkbot": "dingtalk_robot",
    "dingtalkgroup": "dingtalk_robot",
    "dingtalkoutgoing": "dingtalk_robot",
    "dingtalk": "dingtalk_callback",
    "wechatwork": "wecom",
    "wework": "wecom",
    "wxwork": "wecom",
    "qywx": "wecom",
    "workweixin": "wecom",
    "qiyeweixin": "wecom",
    "feishubot": "feishu_robot",
    "feishurobot": "feishu_robot",
    "feishucustom": "feishu_robot",
    "larkbot": "feishu_robot",
    "larkrobot": "feishu_robot",
    "lark": "feishu",
    "twiliosendgrid": "sendgrid",
    "ip": "ip_list",
    "client": "mtls",
    "awssns": "sns",
    "amazonsns": "sns",
    "ses": "sns",
    "token": "bearer",
}
# A provider's name alone means its robot where there is nothing else to verify.
ROBOTS: Mapping[str, Scheme] = {"dingtalk": "dingtalk_robot", "feishu": "feishu_robot", "lark": "feishu_robot"}
PLACES: Mapping[Scheme, Where] = {
    "standard_webhooks": Where(standard.SIGNATURE, standard.TIMESTAMP, standard.ID),
    "stripe": Where(timed.STRIPE),
    "slack": Where(timed.SLACK, timed.SLACK_TIME),
    "shopify": Where(vendors.SHOPIFY),
    "dingtalk_robot": Where(robots.SIGN, robots.TIMESTAMP),
    "feishu_robot": Where(robots.SIGN, robots.TIMESTAMP),
    "sendgrid": Where(mailers.SENDGRID, mailers.SENDGRID_TIME),
    "twilio": Where(twilio.SIGNATURE),
}
MAKERS: Mapping[Scheme, Callable[[Vector, Case], Case]] = {
    "standard_webhooks": vector_parts.standard_webhooks,
    "hmac": vector_parts.generic,
    "github": vector_parts.github,
    "gitlab": vector_parts.gitlab,
    "stripe": vector_parts.stripe,
    "twilio": vector_parts.twilio,
    "mailgun": vector_parts.mailgun,
    "sns": vector_parts.sns,
    "dingtalk_callback": vector_parts.sealed,
    "wecom": vector_parts.sealed,
    "feishu": vector_parts.feishu,
    "bearer": vector_parts.bearer,
    "basic": vector_parts.basic,
    "mtls": vector_parts.certificate,
    "ip_list": vector_parts.address,
}


def case_of(vector: Vector) -> Case:
    """The request that a line describes. Raises FixInput when its scheme is not known."""
    scheme = _scheme(vector)
    url = vector.text("url", "request_url") or ""
    query = vector.get("query")
    request = SignedRequest(
        body=vector.body(),
        headers=vector.headers(),
        method=(vector.text("method") or "POST").upper(),
        url=url,
        query=[(str(name), str(value)) for name, value in query.items()]
        if isinstance(query, dict)
        else parse_qsl(query if isinstance(query, str) else urlsplit(url).query, keep_blank_values=True),
        client=vector.text("ip", "client_ip", "remote_addr", "remote_address", "client") or "",
        now=None if vector.get("tolerance") == 0 else vector.now(),
    )
    rule = Verify.model_construct(scheme=scheme, tolerance=vector.tolerance())
    case = Case(rule, Secrets(tuple(vector.secrets())), request)
    if scheme in PLACES:
        case = with_headers(case, PLACES[scheme], vector)
    return MAKERS[scheme](vector, case) if scheme in MAKERS else case


def _scheme(vector: Vector) -> Scheme:
    """By its name, whatever is between its words; else by the longest alias that it begins with."""
    given = vector.text("scheme", "provider", "type") or ""
    bare = "".join(letter for letter in given.lower() if letter.isalnum())
    known: dict[str, Scheme] = {scheme.replace("_", ""): scheme for scheme in SCHEMES} | dict(ALIASES)
    fitting = sorted((name for name in known if bare.startswith(name)), key=len)
    if not fitting:
        complaint = Complaint("scheme", f"{given!r} is not known", f"one of: {', '.join(SCHEMES)}")
        raise FixInput("unknown-scheme", "no such scheme", complaint)
    found = known[fitting[-1]]
    if bare in ROBOTS and not vector.has("nonce", "encrypt", "body", "headers"):
        return ROBOTS[bare]
    return found
