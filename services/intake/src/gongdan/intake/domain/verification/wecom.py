"""WeCom's callbacks: XML with `Encrypt`, or the `echostr` by which the address is checked.

Source: WeCom, "receive messages: verify the URL, receive business data".
"""

from lxml import etree

from gongdan.intake.domain.verification.dingtalk import SIGNATURE, opened
from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest, in_window, same
from gongdan.intake.domain.verification.sealed import Envelope
from gongdan.intake.domain.xml import XmlError, parse
from gongdan.shared.definitions.verify import Verify


def check(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Raises Refused."""
    given = request.parameter(SIGNATURE)
    timestamp, nonce = request.parameter("timestamp"), request.parameter("nonce")
    in_window(timestamp, "timestamp", request, rule.window)
    name = "echostr" if request.method == "GET" else "Encrypt"
    sealed = request.parameter("echostr") if request.method == "GET" else encrypted(request.body)
    if not secrets.token:
        raise Refused("no-secret", "tokenRef", "is empty on our side", "ask us to set the token")
    if not same(given, Envelope(b"", secrets.token).signature(timestamp, nonce, sealed)):
        raise Refused("mismatch", SIGNATURE, "does not match", "sign with the callback's token")
    return opened(rule, secrets, sealed, name)


def encrypted(body: bytes) -> str:
    """The ciphertext in the XML. Raises Refused."""
    try:
        found = parse(body).find("Encrypt")
    except XmlError as error:
        raise Refused("malformed", "body", str(error), "send WeCom's XML") from error
    if found is None or not found.text:
        raise Refused("missing", "Encrypt", "is missing", "send WeCom's XML")
    return str(etree.tostring(found, method="text", encoding="unicode", with_tail=False)).strip()
