"""The try-out of signatures: whatever it is asked, it answers."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.try_outs.signature import answer
from gongdan.intake.try_outs.vector_schemes import SCHEMES
from tests.kit.partners import PARTNERS, quoted

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
BODY = '{"ticket": 7, "text": "门锁坏了"}'


def ask(**vector: Any) -> dict[str, Any]:
    """The answer to one line."""
    return answer(json.dumps(vector))


def signed(secret: str, text: str, algorithm: str = "sha256") -> str:
    """A hex HMAC."""
    return hmac.new(secret.encode(), text.encode(), algorithm).hexdigest()


@pytest.mark.parametrize("scheme", ["slack", "Slack-v0", "SLACK"])
def test_a_scheme_is_known_whatever_is_between_its_words(scheme: str) -> None:
    vector = {"scheme": scheme, "signing_secret": "s3", "timestamp": 1700000000, "body": BODY}
    assert ask(**vector, signature="v0=" + signed("s3", f"v0:1700000000:{BODY}"))["valid"]


def test_the_window_counts_only_where_a_time_is_given() -> None:
    vector = {"scheme": "stripe", "secret": "s", "body": BODY}
    vector["signature"] = f"t=1700000000,v1={signed('s', f'1700000000.{BODY}')}"
    assert ask(**vector)["valid"]
    assert ask(**vector, now=1700000300)["valid"]
    assert "300 s" in ask(**vector, now=1700000301)["reason"]
    assert ask(**vector, now=1700000301, tolerance=600)["valid"]


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "SHA-512", "hmac-sha384"])
def test_a_generic_signature_is_read_as_it_looks(algorithm: str) -> None:
    name = algorithm.lower().replace("-", "").removeprefix("hmac")
    vector = {"scheme": "generic-hmac", "secret": "s", "body": BODY, "algorithm": algorithm}
    assert ask(**vector, signature=signed("s", BODY, name))["valid"]
    assert ask(**vector, signature=f"{name}={signed('s', BODY, name)}")["valid"]
    timed = ask(**vector, timestamp=5, signature=signed("s", f"5.{BODY}", name))
    assert timed["valid"]


def test_one_of_several_secrets_is_enough() -> None:
    vector = {"scheme": "github", "body": BODY, "signature": f"sha256={signed('new', BODY)}"}
    assert ask(**vector, secrets=["old", "new"])["valid"]
    assert not ask(**vector, secrets=["old"])["valid"]


@pytest.mark.parametrize("name", PARTNERS)
def test_a_request_may_be_described_by_its_headers_and_address_alone(name: str) -> None:
    partner = PARTNERS[name]
    call = partner.sign(BODY.encode(), NOW, "https://desk.example.com/hook")
    verify = dict(partner.verify)
    vector = {
        "scheme": verify.pop("scheme"),
        "config": verify,
        "secret": partner.secrets.get("KEY"),
        "token": partner.secrets.get("TOKEN"),
        "headers": dict(call.headers),
        "url": "https://desk.example.com/hook" + (f"?{quoted(call.query)}" if call.query else ""),
        "body": call.body.decode(),
        "ip": "127.0.0.1",
        "now": NOW.timestamp(),
    }
    if name == "ip_list":
        vector["allowed"] = verify["from"]
    found = ask(**{key: value for key, value in vector.items() if value is not None})
    assert found["valid"], found
    assert found.get("plaintext", BODY) == BODY


def test_sealed_content_is_shown_in_clear() -> None:
    key = "0123456789abcdef"
    found = ask(scheme="feishu", encrypt_key=key, encrypt=_sealed(key, b'{"a": 1}'))
    assert found == {"valid": True, "reason": "the proof holds", "plaintext": '{"a": 1}'}


def _sealed(key: str, content: bytes) -> str:
    count = 16 - len(content) % 16
    encryptor = Cipher(algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(b"i" * 16)).encryptor()
    return base64.b64encode(b"i" * 16 + encryptor.update(content + bytes([count]) * count)).decode()


def test_an_unknown_scheme_is_told() -> None:
    assert "is not known" in ask(scheme="carrier-pigeon")["reason"]


ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(["a=b", "v1,x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
NAMES = (
    "secret secrets body signature timestamp id headers now token nonce encrypt echostr aes_key url params query "
    "method certificate public_key allowed ip tolerance algorithm encoding signed prefix header user encrypt_key "
    "scheme"
)


@given(st.sampled_from(SCHEMES), st.dictionaries(st.sampled_from(NAMES.split()), ODD, max_size=12))
def test_nothing_makes_it_fail(scheme: str, vector: dict[str, Any]) -> None:
    found = answer(json.dumps(vector | {"scheme": scheme}))
    assert isinstance(found["valid"], bool)
    assert found["reason"]


@given(st.text(max_size=60))
def test_no_line_makes_it_fail(line: str) -> None:
    assert answer(line)["valid"] is False
