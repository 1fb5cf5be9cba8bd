"""Encryption of what intake must keep secret in its database. Source: Fernet (AES-128-CBC with HMAC-SHA256)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PURPOSE = b"gongdan intake: secrets in the database"


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals with the first key, opens with any: so that a key can be changed without losing what the old one sealed."""

    fernet: MultiFernet

    @classmethod
    def of(cls, keys: Sequence[str]) -> "Sealer":
        """From secrets of any length and shape."""
        return cls(MultiFernet([Fernet(_derived(key)) for key in keys]))

    def seal(self, text: str) -> bytes:
        """Bytes that nobody reads without the key."""
        return self.fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str | None:
        """The text; None when no key fits."""
        try:
            return self.fernet.decrypt(sealed).decode()
        except InvalidToken:
            return None


def _derived(key: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
