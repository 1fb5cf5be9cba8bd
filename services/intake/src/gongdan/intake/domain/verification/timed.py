"""Signatures over a time and the body: Stripe, Slack.

Sources: Stripe, "Verify webhook signatures manually"; Slack, "Verifying requests from Slack".
"""

from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest, in_window, mac, same
from gongdan.shared.definitions.verify import Verify

STRIPE = "Stripe-Signature"
SLACK, SLACK_TIME = "X-Slack-Signature", "X-Slack-Request-Timestamp"
MOST_ITEMS = 20


def check_stripe(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """`t=<seconds>,v1=<hex>`, several v1 while a secret is changed. Raises Refused."""
    items = [item.strip().partition("=") for item in request.header(STRIPE).split(",")[:MOST_ITEMS]]
    time = next((value for name, _, value in items if name == "t"), "")
    offered = [value for name, _, value in items if name == "v1"]
    if not time or not offered:
        raise Refused("malformed", STRIPE, "has no t or no v1", "send t=<seconds>,v1=<hex HMAC of t.body>")
    in_window(time, STRIPE, request, rule.window)
    signed = f"{time}.".encode() + request.body
    for key in secrets.keys:
        wanted = mac(key, signed).hex()
        if any(same(item, wanted) for item in offered):
            return Genuine(request.body)
    raise Refused("mismatch", STRIPE, "does not match", "sign `t.body` with the endpoint's secret")


def check_slack(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """`v0=<hex>` over `v0:timestamp:body`. Raises Refused."""
    time = request.header(SLACK_TIME)
    given = request.header(SLACK)
    in_window(time, SLACK_TIME, request, rule.window)
    signed = f"v0:{time}:".encode() + request.body
    if not any(same(given, f"v0={mac(key, signed).hex()}") for key in secrets.keys):
        raise Refused("mismatch", SLACK, "does not match", "sign `v0:timestamp:body` with the signing secret")
    return Genuine(request.body)
