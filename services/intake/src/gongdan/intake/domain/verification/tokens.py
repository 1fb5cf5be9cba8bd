"""Who shows what: bearer token, name and password, a client certificate that the proxy read, an address.

None of them protects the body; that is the connection's part.
"""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network

from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest, from_base64, same
from gongdan.shared.definitions.verify import Verify

AUTHORIZATION = "Authorization"
CLIENT = "X-Client-Cert-Fingerprint"


def check_bearer(verify: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """`Authorization: Bearer <secret>`. Raises Refused."""
    kind, _, token = request.header(AUTHORIZATION).partition(" ")
    if kind.lower() != "bearer":
        raise Refused("malformed", AUTHORIZATION, "is no bearer token", "send Authorization: Bearer and the token")
    if not any(key and same(token.strip(), key) for key in secrets.keys):
        raise Refused("mismatch", AUTHORIZATION, "is another token", "send the source's token")
    return Genuine(request.body)


def check_basic(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """Name and password. Source: RFC 7617. Raises Refused."""
    kind, _, given = request.header(AUTHORIZATION).partition(" ")
    if kind.lower() != "basic":
        raise Refused("malformed", AUTHORIZATION, "is no name and password", "send HTTP basic authentication")
    pair = from_base64(given.strip(), AUTHORIZATION)
    wanted = [f"{rule.user}:".encode() + key for key in secrets.keys if key]
    if not any(same(pair, one) for one in wanted):
        raise Refused("mismatch", AUTHORIZATION, "is another name or password", "send those of the source")
    return Genuine(request.body)


def check_mtls(rule: Verify, secrets: Secrets, request: SignedRequest) -> Genuine:
    """A client's fingerprint or name, as the proxy that ended TLS writes it. Raises Refused."""
    if secrets.keys:
        proof = request.header(rule.proxy_header)
        if not any(key and same(proof, key) for key in secrets.keys):
            raise Refused("mismatch", rule.proxy_header, "is another secret", "come through our proxy")
    name = rule.header or CLIENT
    client = _plain(request.header(name))
    if not any(same(client, _plain(one)) for one in rule.allowed):
        raise Refused("wrong-sender", name, "names a client that is not allowed", "show the agreed certificate")
    return Genuine(request.body)


def check_address(rule: Verify, _: Secrets, request: SignedRequest) -> Genuine:
    """The address is all there is. Raises Refused."""
    from_allowed(rule.from_, request.client)
    return Genuine(request.body)


def from_allowed(networks: Sequence[str], client: str) -> None:
    """Raises Refused when an address is in none of these networks."""
    try:
        address = ip_address(client.partition("%")[0])
    except ValueError:
        address = None
    mapped = getattr(address, "ipv4_mapped", None) or address
    if mapped is None or not any(mapped in ip_network(one) for one in networks):
        raise Refused("wrong-sender", "from", "is an address that is not allowed", "send from an agreed address")


def _plain(name: str) -> str:
    """Fingerprints are written with colons or without, in capitals or not."""
    bare = name.replace(":", "").lower()
    return bare if len(bare) in (40, 64) and not set(bare) - set("0123456789abcdef") else name.strip()
