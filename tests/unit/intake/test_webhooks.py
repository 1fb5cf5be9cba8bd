"""Webhook signatures: what is taken, and that nothing else is."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.verification.request import Secrets, SignedRequest
from gongdan.intake.domain.verification.standard import standard_key, standard_signature
from gongdan.intake.domain.webhooks import verify
from gongdan.shared.definitions.verify import Verify
from gongdan.shared.errors import NotAllowed

# The example of the Standard Webhooks specification.
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE = "msg_p5jXN8AQM9LWM0D4loKWxJek"
BODY = b'{"test": 2432232314}'
SIGNATURE = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
SENT = datetime.fromtimestamp(1614265330, UTC)
STANDARD = Verify(scheme="standard_webhooks", secret_ref="env:X")


def headers(**changes: str) -> dict[str, str]:
    """The example's headers; `id`, `timestamp` and `signature` may be changed."""
    parts = {"id": MESSAGE, "timestamp": "1614265330", "signature": f"v1,{SIGNATURE}"} | changes
    return {f"webhook-{name}": value for name, value in parts.items()}


def check(given_headers: dict[str, str], body: bytes = BODY, now: datetime = SENT, rule: Verify = STANDARD) -> None:
    """Verify a request with the example's secret."""
    verify(rule, Secrets((SECRET,)), SignedRequest(body, given_headers, now=now))


def refusal(given_headers: dict[str, str], body: bytes = BODY, now: datetime = SENT, rule: Verify = STANDARD) -> str:
    """The header that a request is refused for."""
    with pytest.raises(NotAllowed) as refused:
        check(given_headers, body, now, rule)
    assert refused.value.status == 401
    return refused.value.complaints[0].field


def test_the_example_of_the_specification_is_genuine() -> None:
    check(headers())


def test_one_matching_signature_among_several_is_enough() -> None:
    check(headers(signature=f"v1a,xyz v1,AAAA v1,{SIGNATURE}"))


def test_headers_of_the_forerunner_are_known() -> None:
    check({name.replace("webhook", "svix"): value for name, value in headers().items()})


PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_BYTES = PRIVATE.public_key().public_bytes_raw()
ASYMMETRIC = "v1a," + base64.b64encode(PRIVATE.sign(f"{MESSAGE}.1614265330.".encode() + BODY)).decode()


@pytest.mark.parametrize(
    "key",
    [
        b"whpk_" + base64.b64encode(PUBLIC_BYTES),
        b"whsk_" + base64.b64encode(bytes(range(32))),
        b"whsk_" + base64.b64encode(bytes(range(32)) + PUBLIC_BYTES),
    ],
)
def test_asymmetric_signatures_are_checked_with_the_public_half(key: bytes) -> None:
    request = SignedRequest(BODY, headers(signature=f"v1,AAAA {ASYMMETRIC}"), now=SENT)
    verify(STANDARD, Secrets((SECRET, key)), request)
    with pytest.raises(NotAllowed):
        verify(STANDARD, Secrets((key,)), replace(request, body=BODY + b" "))
    with pytest.raises(NotAllowed):
        verify(STANDARD, Secrets((SECRET,)), request)


@pytest.mark.parametrize("key", [b"whpk_", b"whpk_AAAA", b"whsk_!", b"whpk_" + base64.b64encode(b"x" * 31)])
def test_a_key_that_is_none_proves_nothing(key: bytes) -> None:
    with pytest.raises(NotAllowed) as refused:
        verify(STANDARD, Secrets((key,)), SignedRequest(BODY, headers(signature=ASYMMETRIC), now=SENT))
    assert key.decode() not in str(refused.value)


def test_a_public_key_is_no_symmetric_secret() -> None:
    """Whoever knows the public key must not be able to sign with it as if it were a shared secret."""
    key = b"whpk_" + base64.b64encode(PUBLIC_BYTES)
    forged = standard_signature(standard_key(key), MESSAGE, "1614265330", BODY)
    forged_raw = standard_signature(PUBLIC_BYTES, MESSAGE, "1614265330", BODY)
    request = SignedRequest(BODY, headers(signature=f"v1,{forged} v1,{forged_raw}"), now=SENT)
    with pytest.raises(NotAllowed):
        verify(STANDARD, Secrets((key,)), request)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_named(name: str) -> None:
    assert refusal({key: value for key, value in headers().items() if key != name}) == name


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"signature": "v1,AAAA"}, "webhook-signature"),
        ({"signature": f"v2,{SIGNATURE}"}, "webhook-signature"),
        ({"signature": SIGNATURE}, "webhook-signature"),
        ({"signature": "v1,é"}, "webhook-signature"),
        ({"id": "msg_other"}, "webhook-signature"),
        ({"timestamp": "1614265331"}, "webhook-signature"),
        ({"timestamp": "soon"}, "webhook-timestamp"),
        ({"timestamp": "-1"}, "webhook-timestamp"),
        ({"timestamp": "٣"}, "webhook-timestamp"),
        ({"timestamp": "9" * 400}, "webhook-timestamp"),
    ],
)
def test_anything_changed_is_refused(changed: dict[str, str], field: str) -> None:
    assert refusal(headers(**changed)) == field


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)])
def test_a_replay_outside_the_window_is_refused(late: timedelta) -> None:
    assert refusal(headers(), now=SENT + late) == "webhook-timestamp"


def test_the_window_itself_is_inside() -> None:
    check(headers(), now=SENT + timedelta(minutes=5))


@given(st.binary(max_size=200))
def test_no_other_body_passes_with_a_signature(body: bytes) -> None:
    if body != BODY:
        assert refusal(headers(), body=body) == "webhook-signature"


@given(st.binary(max_size=200), st.text(max_size=40), st.integers(0, 10**10))
def test_whatever_was_signed_with_the_secret_is_genuine(body: bytes, message: str, at: int) -> None:
    given_headers = {
        "webhook-id": f"msg_{message.strip()}",
        "webhook-timestamp": str(at),
        "webhook-signature": "v1," + standard_signature(standard_key(SECRET), f"msg_{message.strip()}", str(at), body),
    }
    given_headers = {name: value for name, value in given_headers.items() if _sendable(value)}
    if len(given_headers) == 3:
        check(given_headers, body, datetime.fromtimestamp(at, UTC))


def _sendable(value: str) -> bool:
    return value == value.strip() and value.isprintable()


def test_a_secret_that_is_no_base64_is_taken_as_it_is() -> None:
    assert standard_key(b"whsec_" + base64.b64encode(b"key")) == b"key"
    assert standard_key(b"not base64!") == b"not base64!"


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
@pytest.mark.parametrize("encoding", ["hex", "base64"])
@pytest.mark.parametrize("prefix", ["", "sha256="])
def test_a_plain_hmac_is_checked_as_its_source_says(algorithm: str, encoding: str, prefix: str) -> None:
    rule = Verify.model_validate(
        {
            "scheme": "hmac",
            "header": "X-Sign",
            "algorithm": algorithm,
            "encoding": encoding,
            "prefix": prefix,
            "secretRef": "env:X",
        }
    )
    digest = hmac.new(SECRET, BODY, getattr(hashlib, algorithm)).digest()
    sign = digest.hex() if encoding == "hex" else base64.b64encode(digest).decode()
    check({"x-sign": prefix + sign}, rule=rule)
    assert refusal({"x-sign": prefix + sign}, body=BODY + b" ", rule=rule) == "X-Sign"
    assert refusal({"x-sign": prefix + "00"}, rule=rule) == "X-Sign"
    assert refusal({}, rule=rule) == "X-Sign"
    if prefix:
        assert refusal({"x-sign": sign}, rule=rule) == "X-Sign"
