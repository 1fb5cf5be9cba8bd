"""Who a request comes from: the administrator's token, an API key, or a session."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from gongdan.shared.access.credentials import (
    KEY_PREFIX,
    SESSION_PREFIX,
    InForce,
    digest_of,
    new_secret,
    seal_of,
)
from gongdan.shared.access.tokens import COOKIE, Identity
from gongdan.shared.access.who import UNLIMITED, Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.errors import NotAllowed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOKEN = "t0ken-of-the-installation"
ANN = Credential(Actor("agent", "ann"))


@dataclass
class FakeCredentials:
    """Holds what a test puts in force, and counts how often it is asked."""

    held: dict[str, InForce] = field(default_factory=dict)
    asked: int = 0

    async def find(self, digest: str) -> InForce | None:
        """By digest."""
        self.asked += 1
        return self.held.get(digest)

    def issue(self, kind: str, known: Credential = ANN, ends_at: datetime = LATER, seal: str = "") -> str:
        """Put one in force; returns its secret."""
        secret = new_secret(SESSION_PREFIX if kind == "session" else KEY_PREFIX)
        self.held[digest_of(secret)] = InForce(digest_of(secret), kind, known, ends_at, seal)
        return secret


@pytest.fixture
def kept() -> FakeCredentials:
    """None in force."""
    return FakeCredentials()


def cookie(value: str) -> dict[str, str]:
    """A browser's headers."""
    return {"cookie": f"theme=dark; {COOKIE}={value}; lang=zh"}


def bearer(value: str) -> dict[str, str]:
    """A script's headers."""
    return {"authorization": f"Bearer {value}"}


async def who(kept: FakeCredentials, headers: dict[str, str], method: str = "GET", token: str = TOKEN) -> str:
    """Whom the headers prove."""
    return str((await Identity(token, kept).identify(method, headers, NOW)).credential.actor)


async def refusal(kept: FakeCredentials, headers: dict[str, str], method: str = "GET", token: str = TOKEN) -> int:
    """The status of the refusal."""
    with pytest.raises(NotAllowed) as caught:
        await who(kept, headers, method, token)
    return caught.value.status


async def test_the_token_is_enough_for_everything(kept: FakeCredentials) -> None:
    assert await who(kept, bearer(TOKEN), "POST") == "agent:admin"
    assert kept.asked == 0


async def test_a_session_may_read(kept: FakeCredentials) -> None:
    assert await who(kept, cookie(kept.issue("session"))) == "agent:ann"


async def test_a_session_may_write_only_with_the_header_that_other_sites_cannot_send(kept: FakeCredentials) -> None:
    headers = cookie(kept.issue("session"))
    assert await refusal(kept, headers, "POST") == 403
    assert await who(kept, headers | {"x-gongdan-csrf": "1"}, "POST") == "agent:ann"


async def test_a_key_needs_no_header_to_write(kept: FakeCredentials) -> None:
    assert await who(kept, bearer(kept.issue("key")), "POST") == "agent:ann"


async def test_a_key_is_no_session_and_a_session_no_key(kept: FakeCredentials) -> None:
    assert await refusal(kept, cookie(kept.issue("key"))) == 401
    assert await refusal(kept, bearer(kept.issue("session"))) == 401


@pytest.mark.parametrize("kind", ["session", "key"])
async def test_a_credential_ends(kept: FakeCredentials, kind: str) -> None:
    secret = kept.issue(kind, ends_at=NOW)
    assert await refusal(kept, cookie(secret) if kind == "session" else bearer(secret)) == 401


async def test_a_session_made_from_the_token_ends_when_that_is_changed(kept: FakeCredentials) -> None:
    everything = Credential(Actor("agent", "admin"), roles=(UNLIMITED,))
    secret = kept.issue("session", everything)
    digest = digest_of(secret)
    kept.held[digest] = InForce(digest, "session", everything, LATER, seal_of(digest, TOKEN))
    assert await who(kept, cookie(secret)) == "agent:admin"
    assert await refusal(kept, cookie(secret), token="another") == 401


async def test_nobody_gets_every_right_by_writing_a_credential_without_the_token(kept: FakeCredentials) -> None:
    everything = Credential(Actor("agent", "admin"), roles=(UNLIMITED,))
    for seal in ("", seal_of("another", TOKEN)):
        assert await refusal(kept, cookie(kept.issue("session", everything, seal=seal))) == 401
        assert await refusal(kept, bearer(kept.issue("key", everything, seal=seal))) == 401


@pytest.mark.parametrize("value", ["", ".", "x", "gds_short", "gds_" + "é" * 43, "gdx_" + "a" * 43])
async def test_what_cannot_be_ours_is_refused_without_looking(kept: FakeCredentials, value: str) -> None:
    assert await refusal(kept, cookie(value)) == 401
    assert await refusal(kept, bearer(value)) == 401
    assert kept.asked == 0


async def test_nothing_at_all_is_refused(kept: FakeCredentials) -> None:
    assert await refusal(kept, {}) == 401


async def test_a_wrong_token_is_not_saved_by_a_good_session(kept: FakeCredentials) -> None:
    assert await refusal(kept, cookie(kept.issue("session")) | bearer("wrong")) == 401


def test_no_secret_is_made_twice_nor_kept() -> None:
    secrets = {new_secret(KEY_PREFIX) for _ in range(100)}
    assert len(secrets) == 100
    assert all(secret not in digest_of(secret) and len(secret) == 47 for secret in secrets)
