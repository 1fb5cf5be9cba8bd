"""What public forms ask of robots: a token that is ours and fresh, work that was done, a field left empty."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue

from gongdan.intake.domain import form_guard
from gongdan.intake.domain.form_guard import LIFE, Proofs, zero_bits
from gongdan.shared.definitions.form import Guard
from gongdan.shared.errors import FixInput

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEY = b"a key for tests"
TOKEN = form_guard.make_token(KEY, "support/contact", NOW, "c0ffee")
SIGNED = Guard(token=True)


def refused(guard: Guard, proofs: Proofs, form: str = "support/contact", at: datetime = NOW) -> str | None:
    """The field at fault, None when all is well."""
    try:
        form_guard.check(guard, KEY, form, proofs, at)
    except FixInput as error:
        return f"{error.status} {error.complaints[0].field}"
    return None


def test_a_fresh_token_of_the_form_is_enough() -> None:
    assert refused(SIGNED, Proofs(TOKEN)) is None
    assert refused(SIGNED, Proofs(TOKEN), at=NOW + LIFE) is None
    assert form_guard.nonce_of(TOKEN) == "c0ffee"


@pytest.mark.parametrize(
    ("token", "form", "later"),
    [
        (None, "support/contact", timedelta()),
        ("", "support/contact", timedelta()),
        ("a.b.c", "support/contact", timedelta()),
        (TOKEN[:-1] + ("0" if TOKEN[-1] != "0" else "1"), "support/contact", timedelta()),
        (TOKEN.replace("c0ffee", "c0ffef"), "support/contact", timedelta()),
        (TOKEN, "support/other", timedelta()),
        (TOKEN, "support/contact", LIFE + timedelta(seconds=1)),
        (TOKEN, "support/contact", -timedelta(minutes=5)),
        ("9" * 4_000, "support/contact", timedelta()),
        ("٣." + TOKEN, "support/contact", timedelta()),
    ],
)
def test_any_other_token_is_refused(token: str | None, form: str, later: timedelta) -> None:
    assert refused(SIGNED, Proofs(token), form, NOW + later) == "403 X-Form-Token"


def test_work_is_asked_for_with_the_token_it_was_done_for() -> None:
    guard = Guard(work=8)
    done = next(str(number) for number in range(100_000) if zero_bits(TOKEN, str(number)) >= 8)
    assert refused(guard, Proofs(TOKEN, done)) is None
    lazy = next(str(number) for number in range(100_000) if zero_bits(TOKEN, str(number)) < 8)
    for work in (None, "", lazy, "x" * 500):
        assert refused(guard, Proofs(TOKEN, work)) == "403 X-Form-Work"
    assert refused(guard, Proofs(None, done)) == "403 X-Form-Token"


def test_a_form_without_a_guard_asks_for_nothing() -> None:
    assert refused(Guard(), Proofs()) is None


def test_proofs_may_be_fields_of_a_plain_html_form() -> None:
    answers, proofs = form_guard.take_proofs({"a": 1, "_token": "t", "_work": "w"}, Proofs())
    assert (answers, proofs) == ({"a": 1}, Proofs("t", "w"))
    assert form_guard.take_proofs({"_token": ["x"]}, Proofs("header"))[1] == Proofs("header")


@pytest.mark.parametrize(
    ("answer", "caught"), [(None, False), ("", False), ("http://example.com", True), (["x"], True)]
)
def test_whoever_fills_in_what_people_do_not_see_is_caught(answer: JsonValue, caught: bool) -> None:
    assert form_guard.caught(Guard(honeypot="website"), {"website": answer}) is caught
    assert form_guard.caught(Guard(), {"website": answer}) is False
