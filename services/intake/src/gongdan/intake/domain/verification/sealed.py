"""The envelope that DingTalk and WeCom put callbacks into: AES-256-CBC, 16 bytes of salt, a length, the receiver's id.

The key is 43 characters of base64 without its padding, the first 16 bytes of it are the IV, padding is PKCS #7 in
blocks of 32. The signature is SHA-1 over the sorted token, time, nonce and ciphertext. Sources: DingTalk, "event
callbacks: encryption"; WeCom, "encryption and decryption of messages".
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from gongdan.intake.domain.verification.request import Refused, from_base64, same

BLOCK = 32
SALT = 16
KEY_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Envelope:
    """How one receiver's callbacks are sealed."""

    key: bytes = field(repr=False)
    token: bytes = field(repr=False)
    receiver: str | None = None

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """SHA-1 in hex over the parts in order."""
        parts = sorted([self.token.decode("utf-8", "replace"), timestamp, nonce, sealed])
        return hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()

    def open(self, sealed: str, name: str) -> bytes:
        """What is inside. Raises Refused for anything that is not whole, or is for somebody else."""
        content = from_base64(sealed, name)
        if not content or len(content) % 16:
            raise Refused("malformed", name, "is no whole ciphertext", "seal it with the agreed AES key")
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(content) + decryptor.finalize()
        return self._inside(unpadded(padded, BLOCK, name), name)

    def seal(self, content: bytes, salt: bytes) -> str:
        """The inverse of `open`. `salt` is 16 bytes that differ from answer to answer."""
        receiver = (self.receiver or "").encode()
        whole = salt[:SALT] + len(content).to_bytes(4, "big") + content + receiver
        missing = BLOCK - len(whole) % BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(whole + bytes([missing]) * missing) + encryptor.finalize()).decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:16]))

    def _inside(self, whole: bytes, name: str) -> bytes:
        end = SALT + 4 + int.from_bytes(whole[SALT : SALT + 4], "big")
        if len(whole) < SALT + 4 or end > len(whole):
            raise Refused("malformed", name, "cannot be opened", "seal it with the agreed AES key")
        if self.receiver is not None and not same(whole[end:], self.receiver.encode()):
            raise Refused("wrong-sender", name, "is for another receiver", "name the agreed app key or corp id")
        return whole[SALT + 4 : end]


def aes_key(text: bytes) -> bytes:
    """The key in 43 characters of base64. Raises Refused when it is none, which is our mistake."""
    try:
        key = base64.b64decode(text.strip().rstrip(b"=") + b"=")
    except binascii.Error:
        key = b""
    if len(key) != KEY_LENGTH:
        raise Refused("no-secret", "secretRef", "holds no AES key on our side", "ask us to set the AES key")
    return key


def unpadded(content: bytes, block: int, name: str) -> bytes:
    """Without PKCS #7 padding. Raises Refused when there is none, the same whatever is wrong with it."""
    count = content[-1]
    if not 1 <= count <= block or len(content) < count or content[-count:] != bytes([count]) * count:
        raise Refused("malformed", name, "cannot be opened", "seal it with the agreed AES key")
    return content[:-count]
