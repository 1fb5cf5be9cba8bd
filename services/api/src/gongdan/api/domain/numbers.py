"""Ticket numbers as people count."""

LONGEST_NUMBER = 18


def number_value(number: str) -> int:
    """What a ticket number is sorted by: 1024 of `GD-1024`, 0 where there are no such digits."""
    digits = number.rpartition("-")[2]
    return int(digits) if digits.isdecimal() and len(digits) <= LONGEST_NUMBER else 0
