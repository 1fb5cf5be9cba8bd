"""Reading a mailbox on and on: where we are, and how much is taken at a time. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gongdan.intake.domain.mail.message import RawMail, Unreadable
from gongdan.shared.contracts.envelope import Mode

BATCH = 250
BATCH_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cursor:
    """Every mail up to `last_uid` is kept, as long as the folder's UIDVALIDITY is this one.

    Mails up to `tidied_uid` are flagged or moved as well. Source: RFC 9051 section 2.3.1.1.
    """

    uidvalidity: int
    last_uid: int = 0
    tidied_uid: int = 0

    def at(self, uidvalidity: int) -> "Cursor":
        """This cursor, or one at the beginning when the server numbers its mails anew."""
        return self if uidvalidity == self.uidvalidity else Cursor(uidvalidity)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder is read once a batch is kept; counts only while the lease is held."""

    folder: str
    cursor: Cursor
    lease: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail on the server: its number, its size in bytes, and when it arrived there."""

    uid: int
    size: int
    arrived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail that was fetched; or with `left` one that stays where it is, of which `mail` is only the beginning.

    `left_at` says where that is, as an IMAP URL. Source: RFC 5092.
    """

    uid: int
    mail: RawMail
    mode: Mode = Mode.LIVE
    left: Unreadable | None = None
    left_at: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A mail that was left, and that somebody wants fetched: its number, and its entry in quarantine."""

    uid: int
    entry: str


def newer(uids: Iterable[int], cursor: Cursor) -> list[int]:
    """The uids after the cursor, in order. A server answers `7:*` with its last mail even when that is number 5."""
    return sorted(uid for uid in set(uids) if uid > cursor.last_uid)


def batches(mails: Sequence[Listed], alone: Collection[int] = ()) -> Iterator[list[Listed]]:
    """Mails in their order, by number and by size; a single large one, or one of `alone`, is a batch of its own."""
    batch: list[Listed] = []
    size = 0
    for mail in mails:
        full = len(batch) == BATCH or size + mail.size > BATCH_BYTES
        if batch and (full or mail.uid in alone or batch[-1].uid in alone):
            yield batch
            batch, size = [], 0
        batch.append(mail)
        size += mail.size
    if batch:
        yield batch


def many(mails: Sequence[RawMail]) -> bool:
    """Whether these mails of a batch are so many or so much that there are probably more behind them."""
    return len(mails) >= BATCH // 2 or (len(mails) > 1 and sum(len(mail.raw) for mail in mails) >= BATCH_BYTES // 2)


def place_of(folder: str, uidvalidity: int, uid: int) -> str:
    """Where a mail is. Source: RFC 5092 section 6."""
    return f"{folder};UIDVALIDITY={uidvalidity}/;UID={uid}"


def uid_at(place: str) -> int:
    """The number of a mail in the place that `place_of` made."""
    return int(place.rpartition(";UID=")[2])
