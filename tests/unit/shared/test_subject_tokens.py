"""Ticket numbers in subjects: which are ours, and what their check digit finds out."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gongdan.shared.subject_tokens import Named, check_digit, named_in, token_of, without

TOKEN = token_of("GD-12")
NUMBERS = some.from_regex(r"[A-Z]{1,8}-[1-9][0-9]{0,17}", fullmatch=True)


@pytest.mark.parametrize(("digits", "check"), [("13669597", "6"), ("0", "2"), ("", "1")])
def test_the_check_digit_is_that_of_the_standard(digits: str, check: str) -> None:
    assert check_digit(digits) == check


@given(NUMBERS)
def test_what_names_a_ticket_is_read_again(number: str) -> None:
    assert named_in(f"Re: {token_of(number)} pump") == Named(number, checked=True)


@given(NUMBERS, some.data())
def test_a_mistyped_digit_names_no_ticket(number: str, data: some.DataObject) -> None:
    token = token_of(number)
    at = data.draw(some.sampled_from([place for place, char in enumerate(token) if char.isdigit()]))
    other = data.draw(some.sampled_from("0123456789").filter(lambda digit: digit != token[at]))
    assert named_in(token[:at] + other + token[at + 1 :]) is None


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        (f"回复：{TOKEN.replace('[', '【').replace(']', '】')}pump", Named("GD-12", checked=True)),
        (f"[ {TOKEN[1:-1]} ]", Named("GD-12", checked=True)),
        ("[GD-12] pump", Named("GD-12", checked=False)),
        (f"[JIRA-7] {TOKEN} pump", Named("GD-12", checked=True)),
        ("[JIRA-7] [GD-12]", Named("JIRA-7", checked=False)),
        ("GD-12 pump", None),
        (TOKEN[1:-1], None),
        ("[GD-12", None),
        ("[gd-12]", None),
        ("[GD-一二]", None),
        (" " * 2_000 + TOKEN, None),
    ],
)
def test_only_a_number_in_brackets_names_a_ticket(subject: str, named: Named | None) -> None:
    assert named_in(subject) == named


def test_only_what_names_the_ticket_itself_is_taken_out_of_a_subject() -> None:
    assert without(f"{TOKEN}[GD-12]【GD-12】pump [GD-123] [JIRA-7]", "GD-12") == "pump [GD-123] [JIRA-7]"
