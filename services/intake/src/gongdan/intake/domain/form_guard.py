"""Keeping robots out of public forms: a signed token that lives for a while, work to be done, a field to be left empty.

A token is `time.nonce.signature` and is good for one form. Work is a text w for which SHA-256 of `token:w` begins with
so many zero bits. Nobody who is signed in is asked for any of it.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from gongdan.shared.definitions.form import Guard
from gongdan.shared.errors import Complaint, FixInput

LIFE = timedelta(hours=2)
TOKEN_FIELD, WORK_FIELD = "_token", "_work"
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Proofs:
    """What came with a submission."""

    token: str | None = None
    work: str | None = None


def make_token(key: bytes, form: str, now: datetime, nonce: str) -> str:
    """A token for a form. `nonce` is hex and unlike any other."""
    said = f"{int(now.timestamp())}.{nonce}"
    return f"{said}.{_signature(key, form, said)}"


def nonce_of(token: str) -> str:
    """What makes a token one of its kind. A submission with it is the same message when it comes again."""
    return token.split(".")[1]


def check(guard: Guard, key: bytes, form: str, proofs: Proofs, now: datetime) -> None:
    """Raises FixInput (403) unless the proofs are what the form asks for."""
    if not guard.asks:
        return
    token = proofs.token or ""
    why = _wrong_token(key, form, token, now)
    if why:
        raise _refused("X-Form-Token", why, "fetch the form again and send its token")
    if guard.work and zero_bits(token, proofs.work or "") < guard.work:
        cure = f"send a text w so that SHA-256 of `token:w` begins with {guard.work} zero bits"
        raise _refused("X-Form-Work", "is missing or is not enough", cure)


def take_proofs(answers: Mapping[str, JsonValue], proofs: Proofs) -> tuple[dict[str, JsonValue], Proofs]:
    """The answers without the proofs that plain HTML forms send as fields."""
    rest = dict(answers)
    token, work = rest.pop(TOKEN_FIELD, None), rest.pop(WORK_FIELD, None)
    return rest, Proofs(
        proofs.token or (token if isinstance(token, str) else None),
        proofs.work or (work if isinstance(work, str) else None),
    )


def genuine(key: bytes, form: str, token: str) -> bool:
    """Whether a token is one of ours for this form, however old."""
    said, _, signature = token.rpartition(".")
    begun = said.partition(".")[0]
    known = len(token) <= LONGEST and begun.isdecimal() and begun.isascii() and len(begun) <= 12
    return known and hmac.compare_digest(signature.encode(), _signature(key, form, said).encode())


def caught(guard: Guard, answers: Mapping[str, JsonValue]) -> bool:
    """Whether somebody filled in what people do not see."""
    return guard.honeypot is not None and bool(answers.get(guard.honeypot))


def zero_bits(token: str, work: str) -> int:
    """How many zero bits the hash begins with."""
    if not work or len(work) > LONGEST:
        return 0
    number = int.from_bytes(hashlib.sha256(f"{token}:{work}".encode()).digest(), "big")
    return 256 - number.bit_length()


def _wrong_token(key: bytes, form: str, token: str, now: datetime) -> str | None:
    if not genuine(key, form, token):
        return "is missing or not ours"
    age = now.timestamp() - int(token.partition(".")[0])
    return None if -60 <= age <= LIFE.total_seconds() else "is too old"


def _signature(key: bytes, form: str, said: str) -> str:
    return hmac.new(key, f"form\x00{form}\x00{said}".encode(), hashlib.sha256).hexdigest()


def _refused(field: str, problem: str, cure: str) -> FixInput:
    return FixInput("form-guard", "the form asks for a proof", Complaint(field, problem, cure), status=403)
