"""Mail providers' proofs: Mailgun's HMAC over time and token, SendGrid's ECDSA over time and body.

Mailgun signs nothing of the mail: whoever keeps these two must not accept one token with two bodies (see `replays`).
Sources: Mailgun, "Securing webhooks"; Twilio SendGrid, "Securing your inbound parse webhook".
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from gongdan.intake.domain.verification.request import (
    Genuine,
    Refused,
    Secrets,
    SignedRequest,
    from_base64,
    in_window,
    json_object,
    mac,
    same,
)
from gongdan.shared.definitions.verify import Verify

SENDGRID = "X-Twilio-Email-Event-Webhook-Signature"
SENDGRID_TIME = "X-Twilio-Email-Event-Webhook-Timestamp"
LONGEST_TOKEN = 200


def check_mailgun(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """From a form, or from `signature` of a JSON event. Raises Refused."""
    given = _mailgun_parts(request)
    timestamp, token = given.get("timestamp", ""), given.get("token", "")
    in_window(timestamp, "timestamp", request, rule.window)
    if not token or len(token) > LONGEST_TOKEN:
        raise Refused("malformed", "token", "is missing or too long", "send Mailgun's token")
    signed = (timestamp + token).encode()
    if not any(same(given.get("signature", "").lower(), mac(key, signed).hex()) for key in secrets.keys):
        raise Refused("mismatch", "signature", "does not match", "sign with the webhook signing key")
    return Genuine(request.body, token)


def _mailgun_parts(request: SignedRequest) -> dict[str, str]:
    if request.form:
        return dict(request.form)
    found = json_object(request.body).get("signature")
    if not isinstance(found, dict):
        raise Refused("missing", "signature", "is missing", "send timestamp, token and signature")
    return {str(name): str(value) for name, value in found.items()}


def check_sendgrid(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    given = from_base64(request.header(SENDGRID), SENDGRID)
    timestamp = request.header(SENDGRID_TIME)
    in_window(timestamp, SENDGRID_TIME, request, rule.window)
    signed = timestamp.encode() + request.body
    if not any(_verifies(_public_key(key), given, signed) for key in secrets.keys):
        raise Refused("mismatch", SENDGRID, "does not match", "sign the time and the raw body")
    return Genuine(request.body)


def _verifies(key: EllipticCurvePublicKey, given: bytes, signed: bytes) -> bool:
    try:
        key.verify(given, signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _public_key(secret: bytes) -> EllipticCurvePublicKey:
    """The public key as PEM, or as SendGrid shows it: base64 of DER."""
    try:
        pem = secret.lstrip().startswith(b"-----")
        found = load_pem_public_key(secret) if pem else load_der_public_key(from_base64(secret.decode(), "secretRef"))
    except (ValueError, Refused) as error:
        raise Refused("no-secret", "secretRef", "holds no public key on our side", "ask us to set the key") from error
    if not isinstance(found, EllipticCurvePublicKey):
        raise Refused("no-secret", "secretRef", "holds a key of another kind on our side", "ask us to set the key")
    return found
