"""Telephone numbers in E.164, as contacts are known by them."""

import phonenumbers

# What switchboards write in place of a number that is not shown.
WITHHELD = frozenset({"", "anonymous", "unknown", "private", "restricted", "withheld", "unavailable", "blocked"})


def e164(text: str, region: str | None = None) -> str:
    """The number in E.164 (`+4930123456`). `region` (ISO 3166, `CN`) is where numbers without `+` are at home.

    Raises ValueError with the problem in words.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        home = f" in {region}" if region else " with its country code (+…)"
        raise ValueError(f"{text!r} is not a telephone number{home}") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{text!r} cannot be a telephone number: its length fits no country's plan")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
