"""Foreign strings as keys of our tables: without NUL, and short enough for an index of PostgreSQL."""

import hashlib

LONGEST = 500


def bounded(text: str) -> str:
    """The text itself, or a digest of it when it is longer than any honest one (RFC 5322 lines end at 998)."""
    plain = text.replace("\x00", "") if "\x00" in text else text
    if len(plain) <= LONGEST:
        return plain
    return "sha256:" + hashlib.sha256(plain.encode()).hexdigest()
