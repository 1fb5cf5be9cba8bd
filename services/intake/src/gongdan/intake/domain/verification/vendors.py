"""Signatures of the body alone, and shared tokens: GitHub, GitLab, Shopify.

None of them signs a time. Sources: GitHub, "Validating webhook deliveries"; GitLab, "Webhooks: secret token"; Shopify,
"Deliver webhooks through HTTPS: verify".
"""

from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest, b64, mac, same
from gongdan.shared.definitions.verify import Verify

GITHUB, GITHUB_SHA1 = "X-Hub-Signature-256", "X-Hub-Signature"
GITLAB = "X-Gitlab-Token"
SHOPIFY = "X-Shopify-Hmac-Sha256"
LENGTHS = {"sha256": 64, "sha1": 40}


def check_github(verify: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """The better one of both headers counts. Raises Refused."""
    given = request.header(GITHUB, GITHUB_SHA1)
    name = GITHUB if request.headers.get(GITHUB.lower(), "").strip() else GITHUB_SHA1
    algorithm, _, offered = given.partition("=")
    if len(offered) != LENGTHS.get(algorithm):
        raise Refused("malformed", name, "is no signature", "send sha256= and the hex HMAC of the body")
    if not any(same(offered.lower(), mac(key, request.body, algorithm).hex()) for key in secrets.keys):
        raise Refused("mismatch", name, "does not match", "sign the raw body with the source's secret")
    return Genuine(request.body)


def check_gitlab(_: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """The token as it is. Raises Refused."""
    given = request.header(GITLAB)
    if not any(key and same(given, key) for key in secrets.keys):
        raise Refused("mismatch", GITLAB, "is another token", "send the source's secret token")
    return Genuine(request.body)


def check_shopify(_: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Base64 of the body's HMAC. Raises Refused."""
    given = request.header(SHOPIFY)
    if not any(same(given, b64(mac(key, request.body))) for key in secrets.keys):
        raise Refused("mismatch", SHOPIFY, "does not match", "sign the raw body with the app's client secret")
    return Genuine(request.body)
