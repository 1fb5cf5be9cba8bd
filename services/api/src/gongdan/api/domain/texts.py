"""Texts that PostgreSQL can keep."""


def storable(text: str) -> str:
    """`text` with the one character that a text column refuses shown as what it is: unreadable."""
    return text.replace("\x00", "\ufffd")
