"""Telephone numbers in E.164, as contacts are known by them."""

import re

import phonenumbers

# What switchboards write in place of a number that is not shown.
WITHHELD = frozenset({"", "anonymous", "unknown", "private", "restricted", "withheld", "unavailable", "blocked"})

LONGEST_EXTENSION = 5

_SIP = re.compile(r"^\s{0,8}sips?:([^@;]{1,40})@.*$", re.IGNORECASE)
_EXTENSION = re.compile(r"[\s,，]{0,8}(?:转|轉|分机|分機|内线|內線|内線)号?\s{0,8}[:：]?\s{0,8}(\d{1,7})\s{0,8}$")


def e164(text: str, region: str | None = None) -> str:
    """The number in E.164 (`+4930123456`). `region` (ISO 3166, `CN`) is where numbers without `+` are at home.

    Also what switchboards and people write: `sip:` addresses, and extensions, which E.164 has no place for.
    Raises ValueError with the problem in words.
    """
    home = region.upper() if region else None
    try:
        number = _read(_EXTENSION.sub(r" ext. \1", _SIP.sub(r"\1", text)), home)
    except phonenumbers.NumberParseException as error:
        where = f" in {region}" if region else " with its country code (+…), and no region is given to look for it in"
        raise ValueError(f"{text!r} is not a telephone number{where}") from error
    if not _is_complete(number):
        raise ValueError(f"{text!r} cannot be a telephone number: its length fits no country's plan")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _read(text: str, region: str | None) -> phonenumbers.PhoneNumber:
    """The number; digits after its last hyphen are an extension where it is too long with them."""
    number = phonenumbers.parse(text, region)
    short, hyphen, extension = text.rpartition("-")
    if hyphen and len(extension) <= LONGEST_EXTENSION and not _is_complete(number):
        without = phonenumbers.parse(short, region)
        return without if _is_complete(without) else number
    return number


def _is_complete(number: phonenumbers.PhoneNumber) -> bool:
    """Whether its length fits: with its area code, or a short one that a whole country knows."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return bool(phonenumbers.is_possible_short_number(number))
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)
