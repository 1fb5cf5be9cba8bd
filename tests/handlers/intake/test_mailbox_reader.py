"""A mailbox on a server that misbehaves: mails that cannot be fetched, faults in between, a lease that is away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from gongdan.intake.adapters import imap_reader
from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.adapters.imap_reader import MailboxReader, Shared
from gongdan.intake.domain.mail.inboxes import Directory
from gongdan.intake.domain.mail.mailbox import Cursor, Listed
from gongdan.intake.domain.mail.message import Inbox, RawMail
from gongdan.shared.clock import SystemClock
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater

SPEC = Mailbox.model_validate({"host": "h", "user": "u", "secretRef": "env:X", "address": "help@example.com"})


@dataclass
class Sink:
    """Remembers what it took and what was left aside; raises the faults it is given first."""

    taken: list[bytes] = field(default_factory=list)
    left: list[tuple[str, bytes]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)

    def directory(self) -> Directory:
        return Directory()

    async def take(self, mail: RawMail) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.taken.append(mail.raw)

    async def leave_aside(self, mail: RawMail, cause: str, detail: str) -> None:
        self.left.append((cause, mail.raw))


@dataclass
class Memory:
    """Cursor and lease in memory. `held` says whether the lease is to be had."""

    cursors: dict[str, Cursor] = field(default_factory=dict)
    held: bool = True
    let_go_of: list[str] = field(default_factory=list)

    async def load(self, folder: str) -> Cursor | None:
        return self.cursors.get(folder)

    async def save(self, folder: str, cursor: Cursor) -> None:
        self.cursors[folder] = cursor

    async def hold(self, name: str) -> bool:
        return self.held

    async def let_go(self, name: str) -> None:
        self.let_go_of.append(name)


class Account(ImapAccount):
    """A server in memory whose mails `broken` cannot be fetched."""

    def __init__(self, mails: Sequence[bytes], broken: Sequence[int] = ()) -> None:
        super().__init__(SPEC, "")
        self.mails, self.broken, self.done_with = mails, broken, list[int]()

    def connect(self) -> None:
        pass

    def select(self) -> int:
        return 1

    def uids_after(self, last: int) -> list[int]:
        return list(range(1, len(self.mails) + 1))

    def list(self, uids: Sequence[int]) -> list[Listed]:
        return [Listed(uid, len(self.mails[uid - 1]), None) for uid in uids]

    def fetch(self, uid: int) -> bytes | None:
        if uid in self.broken:
            raise RetryLater("the server says NO")
        return self.mails[uid - 1]

    def head(self, uid: int, size: int) -> bytes | None:
        return self.mails[uid - 1][:4]

    def done(self, uids: Sequence[int]) -> None:
        self.done_with.extend(uids)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_REST", "RENEW", "LONGEST_REST"):
        monkeypatch.setattr(imap_reader, name, timedelta(milliseconds=10))


@asynccontextmanager
async def reading(account: Account, sink: Sink, memory: Memory, mail_bytes: int = 1000) -> AsyncIterator[None]:
    shared = Shared(sink, memory, memory, SystemClock(), mail_bytes)
    inbox = Inbox(SPEC.address, SPEC.workspace)
    task = asyncio.create_task(MailboxReader("help", inbox, lambda: account, shared, timedelta(milliseconds=10)).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_read(account: Account, memory: Memory) -> None:
    async with asyncio.timeout(30):
        while (found := memory.cursors.get(account.place)) is None or found.last_uid < len(account.mails):
            await asyncio.sleep(0.01)


def late(why: str) -> RetryLater:
    return RetryLater(why, timedelta(milliseconds=1))


async def test_a_mail_that_cannot_be_fetched_is_left_aside_and_the_others_are_taken() -> None:
    account, sink, memory = Account([b"one", b"two", b"three"], broken=[2]), Sink(), Memory()
    async with reading(account, sink, memory):
        await until_read(account, memory)
    assert set(sink.taken) == {b"one", b"three"}
    assert sink.left == [("not-fetched", b"it is still in the mailbox help, as UID 2")]
    assert 2 not in account.done_with


async def test_a_mail_too_large_is_left_aside_by_its_beginning() -> None:
    account, sink, memory = Account([b"x" * 2000, b"two"]), Sink(), Memory()
    async with reading(account, sink, memory):
        await until_read(account, memory)
    assert (sink.taken, sink.left, account.done_with) == ([b"two"], [("too-large", b"xxxx")], [2])


async def test_while_nothing_can_be_kept_the_mailbox_waits_and_loses_nothing() -> None:
    faults: list[Exception] = [late("PostgreSQL is away") for _ in range(6)]
    account, sink, memory = Account([b"one", b"two"]), Sink(faults=faults), Memory()
    async with reading(account, sink, memory):
        await until_read(account, memory)
    assert (sink.taken, sink.left) == ([b"one", b"two"], [])


async def test_a_mail_that_always_breaks_its_taker_is_left_aside_in_the_end() -> None:
    faults: list[Exception] = [ValueError("unforeseen")] * imap_reader.TRIES
    account, sink, memory = Account([b"one", b"two"]), Sink(faults=faults), Memory()
    async with reading(account, sink, memory):
        await until_read(account, memory)
    assert (sink.taken, [cause for cause, _ in sink.left]) == ([b"two"], ["not-fetched"])


async def test_without_the_lease_nothing_is_read_and_it_is_given_back_at_the_end() -> None:
    account, sink, memory = Account([b"one"]), Sink(), Memory(held=False)
    async with reading(account, sink, memory):
        await asyncio.sleep(0.1)
        assert sink.taken == []
        memory.held = True
        await until_read(account, memory)
    assert memory.let_go_of == ["mailbox/help"]
