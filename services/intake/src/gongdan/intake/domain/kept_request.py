"""A webhook as it is set aside: an HTTP request as text, which people can read and intake can take again.

Headers that hold secrets are left out, so whether they proved the request is written down instead.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from gongdan.intake.domain.verification.request import SignedRequest

PRIVATE = frozenset({"authorization", "cookie", "proxy-authorization", "x-gitlab-token", "x-proxy-secret"})
CLIENT = "x-gongdan-client"
PROVEN = "x-gongdan-proven"
OURS = frozenset({CLIENT, PROVEN})


def to_bytes(request: SignedRequest, private: frozenset[str] = PRIVATE, *, proven: bool = False) -> bytes:
    """Request line, headers, an empty line, the body. `private` are the headers that are left out."""
    shown = {name: value for name, value in request.headers.items() if name not in private | OURS}
    lines = [f"{request.method} {request.url} HTTP/1.1", f"{CLIENT}: {request.client}"]
    lines += [f"{PROVEN}: yes"] if proven else []
    lines += [f"{name}: {' '.join(value.splitlines())}" for name, value in sorted(shown.items())]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + request.body


def from_bytes(raw: bytes) -> SignedRequest:
    """The inverse of `to_bytes`; never raises."""
    headers = _headers(raw)
    head, _, body = raw.partition(b"\r\n\r\n")
    method, _, rest = head.partition(b"\r\n")[0].decode("utf-8", "replace").partition(" ")
    url = rest.rpartition(" ")[0]
    return SignedRequest(
        body=body,
        headers={name: value for name, value in headers.items() if name not in OURS},
        method=method,
        url=url,
        query=query_of(url),
        client=headers.get(CLIENT, ""),
    )


def is_proven(raw: bytes) -> bool:
    """Whether the request was its partner's when it came."""
    return PROVEN in _headers(raw)


def _headers(raw: bytes) -> Mapping[str, str]:
    _, *lines = raw.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def query_of(url: str) -> list[tuple[str, str]]:
    """The pairs in an address; none where it is no address."""
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=1_000)
    except ValueError:
        return []
