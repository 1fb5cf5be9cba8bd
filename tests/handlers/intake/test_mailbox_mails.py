"""What a mailbox gave: where it is read, and how its bytes and its messages are kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from gongdan.intake.domain.mail.mailbox import BATCH, BATCH_BYTES, Cursor, Fetched, Mark
from gongdan.intake.domain.mail.message import Inbox, Normalised, Ourselves, RawMail, Unreadable
from gongdan.intake.handlers.mailboxes import MailboxMails
from gongdan.intake.ports.mailboxes import SortedMail
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.mail_ids import OwnMailIds

MARK = Mark("imap://u@h:143/INBOX", Cursor(1, 2), "mailbox/help")


@dataclass
class Disk:
    """Blobs and a keeper in one, which note what they are given, in order."""

    given: list[object] = field(default_factory=list)

    async def put_all(self, contents: Sequence[bytes]) -> None:
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
    return MailboxMails(nobody, nobody, disk, cast("Any", disk), nobody, nobody, nobody)


async def test_the_bytes_of_a_batch_are_put_on_the_disk_at_once_apart_from_its_messages() -> None:
    disk = Disk()
    await on(disk).put(mails())
    await on(disk).keep(mails(), MARK)
    assert disk.given == [[b"one", b"its file", b"two"], MARK]


@dataclass
class Readers:
    """Reads here and beside; a mail says nothing but where it was read."""

    beside: int = 0
    asked: int = 0

    async def read(self, mail: Any, ours: Ourselves | None = None) -> Any:
        if ours is None:
            return Unreadable("read-here", "")
        self.asked += 1
        return [Unreadable("read-beside", "")] * min(self.beside, len(mail))

    def ourselves(self) -> Ourselves:
        return Ourselves(OwnMailIds(b"a key for tests", "example.com"))

    def incoming(self, mail: RawMail, found: Normalised) -> Any:
        raise AssertionError


def fetched(count: int, size: int = 10) -> list[Fetched]:
    """So many mails of this size."""
    raw = RawMail(b"x" * size, Inbox("help@example.com", "support"), datetime(2026, 3, 2, tzinfo=UTC))
    return [Fetched(number, raw) for number in range(count)]


async def read_by(readers: Readers, mails: list[Fetched]) -> Counter[str]:
    """How many mails were read where."""
    nobody = cast("Any", None)
    found = await MailboxMails(readers, readers, nobody, nobody, nobody, nobody, nobody).on_batch(mails)
    assert [each.uid for each in found] == [each.uid for each in mails]
    return Counter(each.aside.cause for each in found)


@pytest.mark.parametrize("mails", [fetched(1), fetched(1, BATCH_BYTES), fetched(BATCH // 2 - 1)])
async def test_a_few_mails_are_read_here(mails: list[Fetched]) -> None:
    readers = Readers(beside=BATCH)
    assert await read_by(readers, mails) == {"read-here": len(mails)}
    assert readers.asked == 0


@pytest.mark.parametrize("mails", [fetched(BATCH), fetched(2, BATCH_BYTES // 2)])
async def test_the_mails_of_a_backlog_are_read_beside(mails: list[Fetched]) -> None:
    assert await read_by(Readers(beside=BATCH), mails) == {"read-beside": len(mails)}


async def test_what_could_not_be_read_beside_is_read_here() -> None:
    assert await read_by(Readers(beside=100), fetched(BATCH)) == {"read-beside": 100, "read-here": BATCH - 100}


async def test_a_mail_that_stays_in_its_mailbox_is_read_nowhere() -> None:
    mails = fetched(BATCH)
    mails[1] = replace(mails[1], left=Unreadable("too-large", ""))
    found = await read_by(Readers(beside=BATCH), mails)
    assert found == {"read-beside": BATCH - 1, "too-large": 1}
