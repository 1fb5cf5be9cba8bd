"""What a mailbox gave is told to be kept only when its bytes are."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from gongdan.intake.domain.mail.mailbox import Cursor, Mark
from gongdan.intake.handlers.mailboxes import MailboxMails
from gongdan.intake.ports.mailboxes import SortedMail
from gongdan.intake.ports.quarantine import Aside

MARK = Mark("imap://u@h:143/INBOX", Cursor(1, 2), "mailbox/help")


@dataclass
class Disk:
    """Blobs and a keeper in one, which note what they are given, in order."""

    full: bool = False
    given: list[object] = field(default_factory=list)

    async def put_all(self, contents: Sequence[bytes]) -> None:
        if self.full:
            raise OSError("no space left")
        self.given.append(list(contents))

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        self.given.append(mark)


def mails() -> list[SortedMail]:
    """Two that can be read; who makes their messages does not matter here."""
    aside = Aside("email", "help@example.com", b"", "not-accepted", "", datetime(2026, 3, 2, tzinfo=UTC))
    return [
        SortedMail(1, aside, cast("Any", object()), (b"one", b"its file")),
        SortedMail(2, aside, cast("Any", object()), (b"two",)),
    ]


def on(disk: Disk) -> MailboxMails:
    """The handlers, with what they need for keeping."""
    nobody = cast("Any", None)
    return MailboxMails(nobody, disk, cast("Any", disk), nobody, nobody, nobody)


async def test_the_bytes_of_a_batch_are_kept_at_once_and_before_its_messages() -> None:
    disk = Disk()
    await on(disk).keep(mails(), MARK)
    assert disk.given == [[b"one", b"its file", b"two"], MARK]


async def test_where_bytes_cannot_be_kept_a_mailbox_is_read_no_further() -> None:
    disk = Disk(full=True)
    with pytest.raises(OSError, match="no space left"):
        await on(disk).keep(mails(), MARK)
    assert disk.given == []
