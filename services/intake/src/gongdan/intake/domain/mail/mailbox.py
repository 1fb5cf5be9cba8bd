"""Reading a mailbox on and on: where we are, and how much is taken at a time. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

BATCH = 20
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every mail up to `last_uid` is kept, as long as the folder's UIDVALIDITY is this one.

    Source: RFC 9051 section 2.3.1.1.
    """

    uidvalidity: int
    last_uid: int = 0

    def at(self, uidvalidity: int) -> "Cursor":
        """This cursor, or one at the beginning when the server numbers its mails anew."""
        return self if uidvalidity == self.uidvalidity else Cursor(uidvalidity)


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server: its number, its size in bytes, and when it arrived there."""

    uid: int
    size: int
    arrived_at: datetime | None


def newer(uids: Iterable[int], cursor: Cursor) -> list[int]:
    """The uids after the cursor, in order. A server answers `7:*` with its last mail even when that is number 5."""
    return sorted(uid for uid in set(uids) if uid > cursor.last_uid)


def batches(mails: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Mails in their order, by number and by size; a single large one is a batch of its own."""
    batch: list[Listed] = []
    for mail in mails:
        if batch and (len(batch) == BATCH or sum(each.size for each in batch) + mail.size > BATCH_BYTES):
            yield batch
            batch = []
        batch.append(mail)
    if batch:
        yield batch
