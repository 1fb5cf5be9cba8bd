"""One IMAP account, spoken to by blocking calls from one thread. Every failure becomes RetryLater at this edge.

Limits: an answer that does not come within `TIMEOUT` is a failure. Source: RFC 9051; RFC 2177 for IDLE, RFC 6851 for
MOVE, RFC 4315 for expunging by UID, RFC 2971 for saying who we are, which some Chinese servers insist on.
"""

import contextlib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from imaplib import IMAP4
from typing import Any

import structlog
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from gongdan.intake.domain.mail.mailbox import Listed
from gongdan.intake.ports.mailboxes import MailboxFault
from gongdan.shared.contracts.doors import MailboxCause
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater

log = structlog.get_logger()

TIMEOUT = SocketTimeout(connect=10, read=60)
LISTED_AT_ONCE = 500
PASSING = re.compile(r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\]|Too many simultaneous", re.IGNORECASE)
"""Answers to a sign-in that do not mean it is wrong. Source: RFC 5530 section 3."""


@dataclass(slots=True)
class ImapAccount:
    """A connection with one folder open. `secret` is the password, or with OAuth 2 the access token.

    Not for use by two threads, except for `abort`.
    """

    spec: Mailbox
    secret: str
    _client: Any = None
    _can: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def place(self) -> str:
        """What identifies the folder among all folders of all servers."""
        return f"imap://{self.spec.user}@{self.spec.host}:{self.spec.port}/{self.spec.folder}"

    def connect(self) -> None:
        """Sign in. Raises MailboxFault: `unreachable`, or `sign-in-refused`."""
        with _mapped("connect"):
            self._client = self._encrypted()
            self._client.normalise_times = False
        with _mapped("sign in"):
            self._sign_in()
            self._can = frozenset(self._client.capabilities())
            if b"ID" in self._can:
                self._client.id_({"name": "Gongdan"})

    def _encrypted(self) -> IMAPClient:
        context = ssl.create_default_context() if self.spec.tls else None
        at_once = self.spec.tls is True
        client = IMAPClient(
            self.spec.host, self.spec.port, ssl=at_once, ssl_context=context if at_once else None, timeout=TIMEOUT
        )
        if self.spec.tls == "starttls":
            client.starttls(context)
        return client

    def _sign_in(self) -> None:
        try:
            if self.spec.auth.kind == "oauth2":
                self._client.oauth2_login(self.spec.user, self.secret)
            else:
                self._client.login(self.spec.user, self.secret)
        except LoginError as error:
            passing = isinstance(error.__context__, IMAP4.abort) or PASSING.search(str(error))
            cause: MailboxCause = "unreachable" if passing else "sign-in-refused"
            raise MailboxFault(cause, f"the server does not let {self.spec.user} in: {_said(error)}") from error

    def select(self) -> int:
        """Open the folder anew, so that what arrived is seen; returns its UIDVALIDITY."""
        with _mapped(f"open {self.spec.folder}"):
            return int(self._client.select_folder(self.spec.folder)[b"UIDVALIDITY"])

    def uids(self, first: int, last: int | None = None) -> list[int]:
        """The uids from `first` on, and without a `last` maybe the last one there is."""
        with _mapped("search"):
            return list(self._client.search(["UID", f"{first}:{last or '*'}"]))

    def list(self, uids: Sequence[int]) -> list[Listed]:
        """Sizes and dates, in the order of the uids; those that are gone are left out."""
        with _mapped("list mails"):
            found = self._client.fetch(uids, [b"RFC822.SIZE", b"INTERNALDATE"])
        return [_listed(uid, found[uid]) for uid in uids if uid in found]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes | None]:
        """Whole mails, not marked as seen by that; without those that are gone, None for those that are not given."""
        with _mapped("fetch mails"):
            found = self._client.fetch(uids, ["BODY.PEEK[]"])
        return {uid: item.get(b"BODY[]") for uid, item in found.items() if uid in uids}

    def head(self, uid: int, size: int) -> bytes:
        """The first bytes of a mail; none when it is gone."""
        with _mapped(f"fetch the beginning of mail {uid}"):
            found = self._client.fetch([uid], [f"BODY.PEEK[]<0.{size}>"])
        return bytes(found.get(uid, {}).get(b"BODY[]<0>") or b"")

    def done(self, uids: Sequence[int]) -> None:
        """Flag or move mails that are kept, as the definition wants; those that are gone are no failure."""
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

    def told(self, seconds: float) -> bool:
        """Whether the server said anything within a time."""
        with _mapped("idle"):
            return bool(self._client.idle_check(timeout=seconds))

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


def _said(error: Exception) -> str:
    """What a server said, which the client library hands on as the text of Python's bytes."""
    text = str(error)
    return text[2:-1] if text[:2] in ("b'", 'b"') and text[-1:] == text[1] else text


@contextlib.contextmanager
def _mapped(what: str) -> Iterator[None]:
    """Foreign errors become RetryLater: a mailbox that fails is tried again, later and later."""
    try:
        yield
    except (IMAP4.abort, OSError) as error:
        raise MailboxFault("unreachable", f"cannot {what}: {type(error).__name__}: {error}") from error
    except (IMAP4.error, ValueError, KeyError, AttributeError) as error:
        raise MailboxFault("failed", f"cannot {what}: {type(error).__name__}: {error}") from error
