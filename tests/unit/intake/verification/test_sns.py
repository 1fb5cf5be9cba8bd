"""Amazon's messages: genuine under their certificate as long as nothing in them is changed."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.verification import sns
from gongdan.intake.domain.verification.request import Refused, Secrets, SignedRequest
from gongdan.intake.domain.webhooks import verify
from gongdan.shared.definitions.verify import Verify
from tests.kit.amazon import CERTIFICATE_URL, TOPIC, certificate, confirmation, notification

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
RULE = Verify.model_validate({"scheme": "sns", "topics": [TOPIC]})


def check(body: bytes, pem: bytes | None = None, now: datetime | None = NOW) -> None:
    """What intake makes of a message."""
    verify(RULE, Secrets(certificate=certificate() if pem is None else pem), SignedRequest(body, now=now))


def refused(body: bytes, pem: bytes | None = None, now: datetime | None = NOW) -> str:
    """The field that a message is refused for."""
    with pytest.raises(Refused) as found:
        check(body, pem, now)
    return found.value.complaints[0].field


@pytest.mark.parametrize("body", [notification(NOW, "hi"), notification(NOW, "hi", Subject=None), confirmation(NOW)])
def test_amazons_messages_are_genuine(body: bytes) -> None:
    check(body)
    assert sns.certificate_url(RULE, body) == CERTIFICATE_URL


@given(st.integers(0, 10**6))
def test_any_changed_bit_of_what_is_signed_is_refused(bit: int) -> None:
    message = orjson.loads(notification(NOW, "hi"))
    name = sorted(set(sns.NOTIFICATION) | {"Signature"})[bit % 7]
    value = bytearray(message[name].encode())
    value[(bit // 7) % len(value)] ^= 1
    refused(orjson.dumps(message | {name: value.decode("latin-1")}))


def test_a_certificate_counts_only_while_it_is_valid() -> None:
    assert refused(notification(NOW, "hi"), certificate(datetime(2026, 3, 2, tzinfo=UTC))) == "SigningCertURL"
    assert refused(notification(NOW, "hi"), b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----") == (
        "SigningCertURL"
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-west-1.amazonaws.com.example.com/a.pem",
        "https://example.com/sns.eu-west-1.amazonaws.com",
        "https://sns.eu-west-1.amazonaws.com:8443/a.pem",
        "https://user@sns.eu-west-1.amazonaws.com/a.pem",
        "https://sns.eu-west-1.amazonaws.com\\@example.com/a.pem",
        "http://sns.eu-west-1.amazonaws.com/a.pem",
        "https://[::1/a.pem",
        "file:///etc/passwd",
    ],
)
def test_only_amazons_own_host_is_asked(url: str) -> None:
    with pytest.raises(Refused):
        sns.amazon(url, "SigningCertURL")


def test_chinas_regions_have_a_host_of_their_own() -> None:
    url = "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
    assert sns.amazon(url, "SigningCertURL") == url


ODD: st.SearchStrategy[Any] = st.none() | st.integers(-9, 9) | st.text(max_size=20) | st.lists(st.text(max_size=3))


@given(st.dictionaries(st.sampled_from([*sns.CONFIRMATION, "Signature", "SignatureVersion", "SigningCertURL"]), ODD))
def test_nothing_makes_the_check_fail_in_another_way(changes: dict[str, Any]) -> None:
    body = orjson.dumps(orjson.loads(notification(NOW, "hi")) | changes)
    for pem in (b"", b"x", certificate()):
        with contextlib.suppress(Refused):
            check(body, pem)
            sns.certificate_url(RULE, body)
