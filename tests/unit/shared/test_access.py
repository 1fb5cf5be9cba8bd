"""Who a request comes from: the token, or a session made from it."""

from datetime import UTC, datetime, timedelta

import pytest

from gongdan.shared.access.tokens import COOKIE, SESSION_TERM, identify, new_session
from gongdan.shared.errors import NotAllowed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOKEN = "t0ken-of-the-installation"


def cookie(value: str) -> dict[str, str]:
    return {"cookie": f"theme=dark; {COOKIE}={value}; lang=zh"}


def refusal(method: str, headers: dict[str, str], now: datetime = NOW) -> int:
    with pytest.raises(NotAllowed) as caught:
        identify(method, headers, TOKEN, now)
    return caught.value.status


def test_the_token_is_enough_for_everything() -> None:
    assert str(identify("POST", {"authorization": f"Bearer {TOKEN}"}, TOKEN, NOW)) == "agent:admin"


def test_a_session_may_read() -> None:
    assert str(identify("GET", cookie(new_session(TOKEN, NOW)), TOKEN, NOW)) == "agent:admin"


def test_a_session_may_write_only_with_the_header_that_other_sites_cannot_send() -> None:
    headers = cookie(new_session(TOKEN, NOW))
    assert refusal("POST", headers) == 403
    assert str(identify("POST", headers | {"x-gongdan-csrf": "1"}, TOKEN, NOW)) == "agent:admin"


def test_a_session_ends() -> None:
    headers = cookie(new_session(TOKEN, NOW))
    assert refusal("GET", headers, NOW + SESSION_TERM) == 401
    identify("GET", headers, TOKEN, NOW + SESSION_TERM - timedelta(seconds=1))


def test_a_session_ends_when_the_token_is_changed() -> None:
    assert refusal("GET", cookie(new_session("an-earlier-token", NOW))) == 401


@pytest.mark.parametrize("value", ["", ".", "x", "9999999999.", "9999999999.0000", "é.é", ".é"])
def test_a_made_up_session_is_refused(value: str) -> None:
    assert refusal("GET", cookie(value)) == 401


def test_nothing_at_all_is_refused() -> None:
    assert refusal("GET", {}) == 401


def test_a_wrong_token_is_not_saved_by_a_good_session() -> None:
    headers = cookie(new_session(TOKEN, NOW)) | {"authorization": "Bearer wrong"}
    assert refusal("GET", headers) == 401
