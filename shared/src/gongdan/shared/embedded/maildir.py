"""Caught mail on disk: a Maildir, bounded, newest first. Not synced to disk: nothing depends on it.

A mail that comes again under the same Message-ID to the same recipients is kept once, as mailboxes in the field
do: a sender that died between handing a mail over and noting it down sends it again.
"""

import email.policy
import hashlib
import itertools
import os
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

MOST_MAILS = 50_000
LONGEST_HEAD = 64 * 1024
MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*(\S+)")
RECIPIENTS = re.compile(rb"(?im)^x-rcptto: *([^\r\n]*)")


@dataclass(frozen=True, slots=True)
class Caught:
    """What a list shows of one mail. `to` are the envelope's recipients."""

    key: str
    sender: str
    to: tuple[str, ...]
    subject: str
    date: str
    message_id: str
    size: int


class Maildir:
    """The folder `root` with `tmp`, `new` and `cur`; its oldest mails go when there are more than `most`."""

    def __init__(self, root: Path, most: int = MOST_MAILS) -> None:
        self._root = root
        self._most = most
        self._counter = itertools.count()
        self._seen: dict[str, Caught] = {}
        for folder in ("tmp", "new", "cur"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        self._keys = deque(sorted(path.name for path in (root / "new").iterdir()))
        self._known = {found: key for key in self._keys if (found := _identity_in(key))}

    def add(self, content: bytes) -> str:
        """Keep a mail and return its key; written aside and renamed, so that readers see whole mails only."""
        identity = _identity(content)
        if identity in self._known:
            return self._known[identity]
        now = time.time_ns()
        key = f"{now // 10**9}.M{now // 1000 % 10**6:06}P{os.getpid()}Q{next(self._counter):06}D{identity}.gongdan"
        draft = self._root / "tmp" / key
        draft.write_bytes(content)
        draft.rename(self._path(key))
        self._keys.append(key)
        if identity:
            self._known[identity] = key
        while len(self._keys) > self._most:
            self._drop(self._keys.popleft())
        return key

    def newest(self) -> Iterator[Caught]:
        """All mails, newest first, read as they are asked for."""
        for key in reversed(tuple(self._keys)):
            found = self._seen.get(key) or self._read(key)
            if found:
                yield found

    def raw(self, key: str) -> bytes | None:
        """The bytes of one mail; None when there is no such mail."""
        try:
            return self._path(key).read_bytes() if "/" not in key and "\0" not in key else None
        except OSError:
            return None

    def _read(self, key: str) -> Caught | None:
        try:
            with self._path(key).open("rb") as file:
                head = file.read(LONGEST_HEAD)
                size = os.fstat(file.fileno()).st_size
        except OSError:
            return None
        found = self._seen[key] = summary(key, head, size)
        return found

    def _drop(self, key: str) -> None:
        self._seen.pop(key, None)
        self._known.pop(_identity_in(key), None)
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / "new" / key


def _identity(content: bytes) -> str:
    """What makes a mail the same mail: its Message-ID and its recipients; empty without a Message-ID."""
    head = content[:LONGEST_HEAD].partition(b"\r\n\r\n")[0]
    message_id, recipients = MESSAGE_ID.search(head), RECIPIENTS.search(head)
    if message_id is None:
        return ""
    return hashlib.sha256(message_id[1] + b"\n" + (recipients[1] if recipients else b"")).hexdigest()[:20]


def _identity_in(key: str) -> str:
    return key.removesuffix(".gongdan").rpartition("D")[2] if "D" in key else ""


def parse(content: bytes, head_only: bool = False) -> EmailMessage:
    """A mail, or as much of it as can be understood."""
    return BytesParser(EmailMessage, policy=email.policy.default).parsebytes(content, headersonly=head_only)


def header(message: EmailMessage, name: str) -> str:
    """A header as text; empty when it is missing or cannot be understood."""
    try:
        return str(message.get(name, "")).strip()
    except (ValueError, LookupError, IndexError, AttributeError):
        return ""


def summary(key: str, head: bytes, size: int) -> Caught:
    """What a list shows, from the first bytes of a mail."""
    message = parse(head, head_only=True)
    recipients = header(message, "X-RcptTo") or header(message, "To")
    return Caught(
        key=key,
        sender=header(message, "From") or header(message, "X-MailFrom"),
        to=tuple(one.strip() for one in recipients.split(",") if one.strip()),
        subject=header(message, "Subject"),
        date=header(message, "Date"),
        message_id=header(message, "Message-ID"),
        size=size,
    )
