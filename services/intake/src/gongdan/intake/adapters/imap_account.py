"""One IMAP account, spoken to by blocking calls from one thread. Every failure becomes RetryLater at this edge.

Limits: an answer that does not come within `TIMEOUT` is a failure. Source: RFC 9051; RFC 2177 for IDLE, RFC 6851 for
MOVE, RFC 4315 for expunging by UID.
"""

import contextlib
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from imaplib import IMAP4
from typing import Any

import structlog
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from gongdan.intake.domain.mail.mailbox import Listed
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater

log = structlog.get_logger()

TIMEOUT = SocketTimeout(connect=10, read=60)
LISTED_AT_ONCE = 500


@dataclass(slots=True)
class ImapAccount:
    """A connection with one folder open. Not for use by two threads, except for `abort`."""

    spec: Mailbox
    password: str
    _client: Any = None
    _can: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def place(self) -> str:
        """What identifies the folder among all folders of all servers."""
        return f"imap://{self.spec.user}@{self.spec.host}:{self.spec.port}/{self.spec.folder}"

    def connect(self) -> None:
        """Sign in."""
        with _mapped("sign in"):
            self._client = IMAPClient(self.spec.host, self.spec.port, ssl=self.spec.tls, timeout=TIMEOUT)
            self._client.normalise_times = False
            self._client.login(self.spec.user, self.password)
            self._can = frozenset(self._client.capabilities())

    def select(self) -> int:
        """Open the folder anew, so that what arrived is seen; returns its UIDVALIDITY."""
        with _mapped(f"open {self.spec.folder}"):
            return int(self._client.select_folder(self.spec.folder)[b"UIDVALIDITY"])

    def uids_after(self, last: int) -> list[int]:
        """The uids after `last`, and maybe the last one there is."""
        with _mapped("search"):
            return list(self._client.search(["UID", f"{last + 1}:*"]))

    def list(self, uids: Sequence[int]) -> list[Listed]:
        """Sizes and dates, in the order of the uids; those that are gone are left out."""
        with _mapped("list mails"):
            found = self._client.fetch(uids, [b"RFC822.SIZE", b"INTERNALDATE"])
        return [_listed(uid, found[uid]) for uid in uids if uid in found]

    def fetch(self, uid: int) -> bytes | None:
        """A whole mail, not marked as seen by that; None when it is gone."""
        return self._body(uid, "BODY.PEEK[]", b"BODY[]")

    def head(self, uid: int, size: int) -> bytes | None:
        """The first bytes of a mail; None when it is gone."""
        return self._body(uid, f"BODY.PEEK[]<0.{size}>", b"BODY[]<0>")

    def _body(self, uid: int, what: str, key: bytes) -> bytes | None:
        with _mapped(f"fetch mail {uid}"):
            found = self._client.fetch([uid], [what]).get(uid, {}).get(key)
        return bytes(found) if found is not None else None

    def done(self, uids: Sequence[int]) -> None:
        """Flag or move mails that are kept, as the definition wants."""
        with _mapped("flag or move mails"):
            if uids and self.spec.after.flag:
                self._client.add_flags(uids, [SEEN], silent=True)
            if uids and self.spec.after.move_to:
                self._move(uids, self.spec.after.move_to)

    def _move(self, uids: Sequence[int], folder: str) -> None:
        if not self._client.folder_exists(folder):
            self._client.create_folder(folder)
        if b"MOVE" in self._can:
            self._client.move(uids, folder)
            return
        self._client.copy(uids, folder)
        self._client.delete_messages(uids, silent=True)
        if b"UIDPLUS" in self._can:
            self._client.uid_expunge(uids)

    def can_idle(self) -> bool:
        """Whether the server tells of new mail by itself."""
        return b"IDLE" in self._can

    def idle(self) -> None:
        """Ask to be told."""
        with _mapped("idle"):
            self._client.idle()

    def told(self, patience: timedelta) -> bool:
        """Whether the server said anything within a time."""
        with _mapped("idle"):
            return bool(self._client.idle_check(timeout=patience.total_seconds()))

    def idle_done(self) -> None:
        """Stop being told."""
        with _mapped("idle"):
            self._client.idle_done()

    def close(self) -> None:
        """Sign out as far as that goes."""
        with contextlib.suppress(IMAP4.error, OSError, RetryLater):
            if self._client is not None:
                self._client.logout()

    def abort(self) -> None:
        """Cut the connection from another thread; the call that waits for it fails."""
        with contextlib.suppress(OSError, AttributeError):
            if self._client is not None:
                self._client.socket().shutdown(socket.SHUT_RDWR)


def _listed(uid: int, item: dict[bytes, Any]) -> Listed:
    date = item.get(b"INTERNALDATE")
    arrived_at = date.astimezone(UTC) if isinstance(date, datetime) and date.tzinfo else None
    return Listed(uid, int(item.get(b"RFC822.SIZE") or 0), arrived_at)


@contextlib.contextmanager
def _mapped(what: str) -> Iterator[None]:
    """Foreign errors become RetryLater: a mailbox that fails is tried again, later and later."""
    try:
        yield
    except LoginError as error:
        raise RetryLater(f"the server refuses to {what}: {error}", timedelta(seconds=30)) from error
    except (IMAP4.error, OSError, ValueError, KeyError, AttributeError) as error:
        raise RetryLater(f"cannot {what}: {type(error).__name__}: {error}") from error
