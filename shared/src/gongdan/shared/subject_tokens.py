"""A ticket's number as it stands in the subjects of its mails, with a check digit: `[GD-12-4]`.

It is for answers whose mail program kept none of our headers. The digit tells our numbers from those of other systems,
and a number from a mistyped one; it proves nothing about who writes. Source: ISO/IEC 7064, MOD 11,10, letters counted
as 10 to 35 like those of an IBAN.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_READ = 1_000
"""Characters of a subject."""

_TOKEN = re.compile(r"[\[【［]\s?([A-Z]{1,8}-\d{1,18})(?:-(\d))?\s?[\]】］]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Named:
    """A ticket that a subject names. `checked`: with its check digit."""

    number: str
    checked: bool


def token_of(number: str) -> str:
    """What a subject names the ticket of this number by."""
    return f"[{number}-{_check_digit_of(number)}]"


def named_in(subject: str) -> Named | None:
    """The ticket that a subject names, the first with its check digit before those without; None without any.

    A number with another check digit is none of ours.
    """
    found = list(_named(subject[:MOST_READ]))
    return next((each for each in found if each.checked), found[0] if found else None)


def without(subject: str, number: str) -> str:
    """A subject without what names this ticket."""
    return _TOKEN.sub(lambda found: "" if found[1] == number else found[0], subject)


def _named(subject: str) -> Iterator[Named]:
    for number, digit in _TOKEN.findall(subject):
        if not digit or digit == _check_digit_of(number):
            yield Named(number, checked=bool(digit))


def _check_digit_of(number: str) -> str:
    return check_digit("".join(str(int(char, 36)) for char in number if char != "-"))


def check_digit(digits: str) -> str:
    """What makes these decimal digits sound."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
