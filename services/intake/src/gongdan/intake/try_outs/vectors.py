"""A description of a request, as people write it: a value may stand under one of several names."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from gongdan.shared.errors import Complaint, FixInput

SECRETS = (
    "secret",
    "secrets",
    "signing_secret",
    "webhook_secret",
    "auth_token",
    "client_secret",
    "app_secret",
    "signing_key",
    "api_key",
    "key",
    "keys",
    "public_key",
    "verification_key",
)
# Where some write how a generic scheme is set up.
NESTED = ("config", "options", "verify")
BODIES = ("body", "payload", "raw_body", "rawBody")


@dataclass(frozen=True, slots=True)
class Vector:
    """One line. Values are looked up by the first of several names; null counts as not there."""

    given: Mapping[str, Any]

    @classmethod
    def of(cls, line: Mapping[str, Any]) -> "Vector":
        """With what is nested in it on the same level."""
        inner = [line[name] for name in NESTED if isinstance(line.get(name), dict)]
        return cls({name: value for each in (*inner, line) for name, value in each.items()})

    def get(self, *names: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """The first value that is there, else None."""
        return next((self.given[name] for name in names if self.given.get(name) is not None), None)

    def has(self, *names: str) -> bool:
        """Whether one of the names is there, be it null."""
        return any(name in self.given for name in names)

    def text(self, *names: str) -> str | None:
        """The same as text; None when there is none."""
        found = self.get(*names)
        if found is None or isinstance(found, dict | list):
            return None
        return str(int(found)) if isinstance(found, float) and found.is_integer() else str(found)

    def texts(self, *names: str) -> list[str]:
        """One text or a list of them."""
        found = self.get(*names)
        return [str(one) for one in found] if isinstance(found, list) else [] if found is None else [str(found)]

    def secrets(self, *names: str) -> tuple[bytes, ...]:
        """The secrets, the empty ones too; `secret_encoding` says when they are written in hex or base64."""
        encoding = self.text("secret_encoding", "key_encoding") or ""
        return tuple(_decoded(text, encoding) for text in self.texts(*names, *SECRETS))

    def body(self) -> bytes:
        """The raw body; an object is written as compact JSON."""
        for name, encoding in (("body_base64", "base64"), ("body_b64", "base64"), ("body_hex", "hex")):
            if found := self.text(name):
                return _decoded(found, encoding)
        found = self.get(*BODIES)
        if isinstance(found, dict | list):
            return orjson.dumps(found)
        return _decoded("" if found is None else str(found), self.text("body_encoding") or "")

    def headers(self) -> dict[str, str]:
        """The headers that are given as such, names in lower case."""
        given = self.get("headers")
        named: dict[str, Any] = {name: value for name, value in self.given.items() if "-" in name}
        found = named | (given if isinstance(given, dict) else {})
        return {str(name).lower(): str(value) for name, value in found.items() if value is not None}

    def now(self) -> datetime | None:
        """The time to compare with, in seconds, milliseconds or ISO 8601; None when none is given."""
        found = self.get("now", "current_time", "received_at")
        if found is None:
            return None
        try:
            seconds = float(found)
        except (TypeError, ValueError):
            read = _time(str(found))
            return read if read.tzinfo else read.replace(tzinfo=UTC)
        try:
            return datetime.fromtimestamp(seconds / 1000 if seconds > 10**11 else seconds, UTC)
        except (OverflowError, OSError, ValueError) as error:
            raise _unusable("now", "is no time", "write Unix seconds") from error

    def tolerance(self) -> timedelta | None:
        """Seconds; None: the scheme's own."""
        found = self.get("tolerance", "tolerance_seconds", "max_age", "window")
        try:
            return None if found is None else timedelta(seconds=float(found))
        except (TypeError, ValueError, OverflowError) as error:
            raise _unusable("tolerance", "is no number", "write seconds") from error


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise _unusable("now", "is no time", "write Unix seconds or ISO 8601") from error


def _decoded(text: str, encoding: str) -> bytes:
    try:
        if encoding == "base64":
            return base64.b64decode(text)
        return bytes.fromhex(text) if encoding == "hex" else text.encode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError) as error:
        raise _unusable("encoding", f"the value is not {encoding}", "write it as it says") from error


def _unusable(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("unusable", "the description cannot be used", Complaint(field, problem, cure))
