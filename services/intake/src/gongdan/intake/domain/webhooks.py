"""Whether a webhook is from whom it claims to be: the table of all schemes, and the one door to them.

Signatures are over the raw body and compared in constant time. Whatever is malformed is refused like whatever is
forged, never an error of ours.
"""

from collections.abc import Callable, Mapping

from gongdan.intake.domain.verification import (
    dingtalk,
    feishu,
    mailers,
    plain_hmac,
    robots,
    sns,
    standard,
    timed,
    tokens,
    twilio,
    vendors,
    wecom,
)
from gongdan.intake.domain.verification.request import Genuine, Secrets, SignedRequest
from gongdan.shared.definitions.verify import Scheme, Verify

Check = Callable[[Verify, Secrets, SignedRequest], Genuine]

SCHEMES: Mapping[Scheme, Check] = {
    "standard_webhooks": standard.check,
    "hmac": plain_hmac.check,
    "github": vendors.check_github,
    "gitlab": vendors.check_gitlab,
    "stripe": timed.check_stripe,
    "slack": timed.check_slack,
    "twilio": twilio.check,
    "shopify": vendors.check_shopify,
    "dingtalk_robot": robots.check_dingtalk,
    "dingtalk_callback": dingtalk.check,
    "wecom": wecom.check,
    "feishu": feishu.check,
    "feishu_robot": robots.check_feishu,
    "mailgun": mailers.check_mailgun,
    "sendgrid": mailers.check_sendgrid,
    "sns": sns.check,
    "bearer": tokens.check_bearer,
    "basic": tokens.check_basic,
    "mtls": tokens.check_mtls,
    "ip_list": tokens.check_address,
}


def verify(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """What a genuine request holds. Raises Refused (401) naming the header or field that does not prove it."""
    if rule.from_:
        tokens.from_allowed(rule.from_, request.client)
    return SCHEMES[rule.scheme](rule, secrets, request)
