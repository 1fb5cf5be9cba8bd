"""A webhook as it is set aside: an HTTP request as text, which people can read and intake can take again.

Headers that hold secrets are left out, so a request that proves itself by one cannot be taken again by itself.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from gongdan.intake.domain.verification.request import SignedRequest

PRIVATE = frozenset({"authorization", "cookie", "proxy-authorization", "x-gitlab-token", "x-proxy-secret"})
CLIENT = "x-gongdan-client"


def to_bytes(request: SignedRequest, private: frozenset[str] = PRIVATE) -> bytes:
    """Request line, headers, an empty line, the body. `private` are the headers that are left out."""
    shown = {name: value for name, value in request.headers.items() if name not in private and name != CLIENT}
    lines = [f"{request.method} {request.url} HTTP/1.1", f"{CLIENT}: {request.client}"]
    lines += [f"{name}: {' '.join(value.splitlines())}" for name, value in sorted(shown.items())]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n" + request.body


def from_bytes(raw: bytes) -> SignedRequest:
    """The inverse of `to_bytes`; never raises."""
    head, _, body = raw.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "replace").split("\r\n")
    method, _, rest = first.partition(" ")
    url = rest.rpartition(" ")[0]
    headers: Mapping[str, str] = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return SignedRequest(
        body=body,
        headers={name: value for name, value in headers.items() if name != CLIENT},
        method=method,
        url=url,
        query=query_of(url),
        client=headers.get(CLIENT, ""),
    )


def query_of(url: str) -> list[tuple[str, str]]:
    """The pairs in an address; none where it is no address."""
    try:
        return parse_qsl(urlsplit(url).query, keep_blank_values=True, max_num_fields=1_000)
    except ValueError:
        return []
