"""What a plain scalar in YAML means, by the core schema of YAML 1.2: `on`, `no` and dates stay text.

Source: YAML 1.2.2 section 10.3.2. Limits: whole numbers fit 64 bits; what JSON cannot say (`.inf`, `.nan`) is refused.
"""

import re

WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
FIRST = frozenset("-+.0123456789")
LONGEST_NUMBER = 400
WHOLE = re.compile(r"[-+]?[0-9]+")
BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
BROKEN = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
NO_NUMBER = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

Scalar = str | int | float | bool | None


def plain(text: str) -> Scalar:
    """The value of a plain scalar. Raises ValueError, with the problem, for a number that JSON cannot carry."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in FIRST or len(text) > LONGEST_NUMBER:
        return text
    if WHOLE.fullmatch(text):
        return short(int(text))
    if BASED.fullmatch(text):
        return short(int(text, 0))
    if BROKEN.fullmatch(text):
        return _finite(float(text), text)
    if NO_NUMBER.fullmatch(text):
        raise ValueError(f"{text} is no number in JSON")
    return text


def short(number: int) -> int:
    """A whole number of 64 bits. Raises ValueError for others."""
    if not -(2**63) <= number < 2**63:
        raise ValueError("is a whole number beyond 64 bits")
    return number


def _finite(number: float, text: str) -> float:
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:40]} is too large")
    return number
