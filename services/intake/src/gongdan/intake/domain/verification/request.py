"""What a signature is checked on, what a good one proves, and the small things that all schemes share.

Comparisons are in constant time. Nothing of a secret, and nothing that would help to guess a signature, is ever in a
refusal.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

import orjson

from gongdan.shared.errors import Complaint, NotAllowed

MILLISECONDS_FROM = 10**11
LONGEST_TIME = 13


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request as it came. Header names are in lower case; `query` and `form` hold decoded pairs in their order.

    `now` None: nobody asks whether it is old. `client` is the address it came from.
    """

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "POST"
    url: str = ""
    query: Sequence[tuple[str, str]] = ()
    form: Sequence[tuple[str, str]] = ()
    client: str = ""
    now: datetime | None = None

    def header(self, *names: str) -> str:
        """The first of these headers that is there. Raises Refused."""
        found = next((value for name in names if (value := self.headers.get(name.lower(), "").strip())), None)
        if found is None:
            raise Refused("missing", names[0], "is missing", "send this header")
        return found

    def parameter(self, *names: str) -> str:
        """The first of these query parameters that is there. Raises Refused."""
        pairs = dict(self.query)
        found = next((value for name in names if (value := pairs.get(name))), None)
        if found is None:
            raise Refused("missing", names[0], "is missing", "send this query parameter")
        return found


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets in force, the newest first; `token` is the second one that some schemes have."""

    keys: tuple[bytes, ...] = ()
    token: bytes = b""
    certificate: bytes = b""


@dataclass(frozen=True, slots=True)
class Genuine:
    """What a good proof gives: the content in clear, and the delivery's id where it is signed."""

    body: bytes
    id: str | None = None
    key: bytes = field(default=b"", repr=False)


Cause = Literal["missing", "malformed", "mismatch", "outside-window", "wrong-sender", "no-secret", "replayed"]


class Refused(NotAllowed):
    """The proof does not hold (401). `cause` is a stable slug, for counting and for the quarantine."""

    def __init__(self, cause: Cause, name: str, problem: str, cure: str) -> None:
        super().__init__("the signature cannot be verified", Complaint(name, problem, cure), status=401)
        self.cause: Cause = cause


def same(offered: str | bytes, wanted: str | bytes) -> bool:
    """Whether two values are the same, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(_bytes(offered), _bytes(wanted))


def _bytes(value: str | bytes) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def mac(key: bytes, content: bytes, algorithm: str = "sha256") -> bytes:
    """An HMAC. Raises Refused for an empty key, with which anybody could sign."""
    if not key:
        raise Refused("no-secret", "secretRef", "is empty on our side", "ask us to set the secret")
    return hmac.digest(key, content, algorithm)


def b64(content: bytes) -> str:
    """Standard base64."""
    return base64.b64encode(content).decode()


def from_base64(text: str, name: str) -> bytes:
    """The bytes in base64, of which only the one usual writing is taken. Raises Refused naming the field."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        found = None
    if found is None or b64(found) != text:
        raise Refused("malformed", name, "is not base64", "send it in base64")
    return found


def json_object(body: bytes, name: str = "body") -> dict[str, Any]:
    """A JSON object. Raises Refused."""
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("malformed", name, "is not JSON", "send one JSON object") from error
    if not isinstance(found, dict):
        raise Refused("malformed", name, "is no JSON object", "send one JSON object")
    return found


def in_window(text: str, name: str, request: SignedRequest, tolerance: timedelta) -> int:
    """A signed Unix time (seconds or milliseconds), as sent. Raises Refused when it is none, or too far from ours."""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_TIME):
        raise Refused("malformed", name, "is no Unix time", "send the time of sending")
    sent = int(text)
    seconds = sent / 1000 if sent >= MILLISECONDS_FROM else sent
    if request.now is not None and abs(request.now.timestamp() - seconds) > tolerance.total_seconds():
        problem = f"is more than {tolerance.total_seconds():g} s from our time"
        raise Refused("outside-window", name, problem, "check the clock and sign anew")
    return sent


def fingerprint(body: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(body).hexdigest()
