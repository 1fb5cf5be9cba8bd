"""A mailbox on a server that misbehaves: mails that cannot be fetched, faults in between, a lease that is away."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gongdan.intake.adapters import imap_reader, imap_thread
from gongdan.intake.adapters.imap_account import LISTED_AT_ONCE, ImapAccount
from gongdan.intake.adapters.imap_reader import MailboxReader, Shared, Terms
from gongdan.intake.domain.mail import standing
from gongdan.intake.domain.mail.mailbox import BATCH, Cursor, Fetched, Listed, Mark, Wanted
from gongdan.intake.domain.mail.message import Inbox
from gongdan.intake.domain.mail.standing import Standing
from gongdan.intake.ports.mailboxes import MailboxFault, SortedMail
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater

SPEC = Mailbox.model_validate({"host": "h", "user": "u", "auth": {"secretRef": "env:X"}, "from": "help@example.com"})
OLD = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class World:
    """What the reader needs, in memory. `held` says whether the lease is to be had, `faults` are raised first."""

    taken: list[bytes] = field(default_factory=list)
    modes: list[Mode] = field(default_factory=list)
    left: list[tuple[str, bytes, str | None]] = field(default_factory=list)
    faults: list[Exception] = field(default_factory=list)
    read: list[Sequence[Fetched]] = field(default_factory=list)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    wanted_uids: list[int] = field(default_factory=list)
    fetched_again: list[bytes] = field(default_factory=list)
    states: list[Standing] = field(default_factory=list)
    disk: list[Sequence[SortedMail]] = field(default_factory=list)
    full: bool = False
    held: bool = True
    holder: str = "me"
    let_go_of: list[str] = field(default_factory=list)

    async def on_batch(self, fetched: Sequence[Fetched]) -> Sequence[SortedMail]:
        self.read = [*self.read, fetched]
        return []

    async def put(self, mails: Sequence[SortedMail]) -> None:
        if self.full:
            self.read.clear()
            raise OSError("no space left")
        self.disk.append(mails)

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        assert any(mails is each for each in self.disk)
        fetched = self.read.pop(0)
        if self.faults:
            self.read.clear()
            raise self.faults.pop(0)
        for each in fetched:
            if each.left:
                self.left.append((each.left.cause, each.mail.raw, each.left_at))
            else:
                self.taken.append(each.mail.raw)
                self.modes.append(each.mode)
        self.cursors[mark.folder] = mark.cursor

    async def on_wanted(self, wanted: Wanted, fetched: Fetched) -> None:
        self.fetched_again.append(fetched.mail.raw)
        self.wanted_uids.remove(wanted.uid)

    async def load(self, folder: str) -> Cursor | None:
        return self.cursors.get(folder)

    async def tidied(self, folder: str, cursor: Cursor) -> None:
        self.cursors[folder] = cursor

    async def left_there(self) -> Sequence[Wanted]:
        return [Wanted(int(str(place).rpartition("=")[2]), "") for _, _, place in self.left]

    async def wanted(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        return [Wanted(uid, str(uid)) for uid in self.wanted_uids]

    async def save(self, mailbox: str, standing: Standing) -> None:
        self.states.append(standing)

    async def all(self) -> Mapping[str, Mapping[str, Any]]:
        return {}

    async def hold(self, name: str) -> bool:
        return self.held

    async def let_go(self, name: str) -> None:
        self.let_go_of.append(name)

    async def leave(self) -> None:
        pass

    async def replicas(self) -> Sequence[str]:
        return ["me"]


@dataclass
class Cursors:
    """The cursors of a world."""

    world: World

    async def load(self, folder: str) -> Cursor | None:
        return await self.world.load(folder)

    async def tidied(self, folder: str, cursor: Cursor) -> None:
        await self.world.tidied(folder, cursor)

    async def left(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        return await self.world.left_there()

    async def wanted(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        return await self.world.wanted(folder, uidvalidity)


class Account(ImapAccount):
    """A server in memory whose mails `broken` cannot be fetched."""

    def __init__(self, mails: Sequence[bytes], broken: Sequence[int] = ()) -> None:
        super().__init__(SPEC, "")
        self.mails, self.broken, self.done_with = mails, list(broken), list[int]()
        self.asked: list[Sequence[int]] = []

    def connect(self) -> None:
        pass

    def select(self) -> int:
        return 1

    def uids(self, first: int, last: int | None = None) -> list[int]:
        return [uid for uid in range(1, len(self.mails) + 1) if uid >= first and uid <= (last or 10_000)]

    def list(self, uids: Sequence[int]) -> list[Listed]:
        return [Listed(uid, len(self.mails[uid - 1]), OLD if uid == 1 else None) for uid in uids]

    def fetch(self, uids: Sequence[int]) -> dict[int, bytes | None]:
        self.asked.append(uids)
        if set(uids) & set(self.broken):
            raise MailboxFault("failed", "the server says NO")
        return {uid: self.mails[uid - 1] for uid in uids}

    def head(self, uid: int, size: int) -> bytes:
        return self.mails[uid - 1][:4]

    def done(self, uids: Sequence[int]) -> None:
        self.done_with.extend(uids)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_reader, "RENEW", timedelta(milliseconds=10))
    for name in ("FIRST_REST", "LONGEST_REST", "REFUSED_REST"):
        monkeypatch.setattr(standing, name, timedelta(milliseconds=10))


def reader_of(account: Account, world: World, mail_bytes: int = 1000, archive: datetime | None = None) -> MailboxReader:
    async def connect() -> ImapAccount:
        return account

    shared = Shared(world, Cursors(world), world, world, SystemClock(), mail_bytes)
    poll = timedelta(milliseconds=10)
    inbox = Inbox(SPEC.address, SPEC.workspace)
    return MailboxReader(Terms("help", inbox, poll, connect, lambda: False, lambda: True, archive), shared)


@asynccontextmanager
async def reading(reader: MailboxReader) -> AsyncIterator[None]:
    task = asyncio.create_task(reader.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_read(account: Account, world: World) -> None:
    async with asyncio.timeout(60):
        while (found := world.cursors.get(account.place)) is None or found.tidied_uid < len(account.mails):
            await asyncio.sleep(0.01)


def late(why: str) -> RetryLater:
    return RetryLater(why, timedelta(milliseconds=1))


async def test_a_mail_that_cannot_be_fetched_is_left_aside_and_the_others_are_taken() -> None:
    account, world = Account([b"one", b"two", b"three"], broken=[2]), World()
    async with reading(reader_of(account, world)):
        await until_read(account, world)
    assert world.taken == [b"one", b"three"]
    place = f"{account.place};UIDVALIDITY=1/;UID=2"
    assert world.left == [("not-fetched", b"it is still in the mailbox help, as UID 2", place)]
    assert account.done_with == [1, 3]


async def test_a_mail_too_large_is_left_aside_by_its_beginning() -> None:
    account, world = Account([b"x" * 2000, b"two"]), World()
    async with reading(reader_of(account, world)):
        await until_read(account, world)
    assert (world.taken, world.left[0][:2], account.done_with) == ([b"two"], ("too-large", b"xxxx"), [2])


async def test_a_mail_that_was_left_is_fetched_when_somebody_wants_it() -> None:
    account, world = Account([b"one", b"two", b"three"], broken=[2]), World()
    async with reading(reader_of(account, world)):
        await until_read(account, world)
        account.broken.clear()
        world.wanted_uids.append(2)
        async with asyncio.timeout(60):
            while not world.fetched_again or 2 not in account.done_with:
                await asyncio.sleep(0.01)
    assert world.fetched_again == [b"two"]


async def test_a_server_that_never_ends_its_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_thread, "PATIENCE", timedelta(milliseconds=50))
    account, world = Account([b"one"]), World()
    waiting = threading.Event()
    monkeypatch.setattr(account, "select", lambda: waiting.wait(20))
    async with reading(reader_of(account, world)):
        async with asyncio.timeout(60):
            while not world.states:
                await asyncio.sleep(0.01)
        waiting.set()
    assert world.states[0].cause == "unreachable"


async def test_while_nothing_can_be_kept_the_mailbox_waits_and_loses_nothing() -> None:
    faults: list[Exception] = [late("PostgreSQL is away") for _ in range(6)]
    account, world = Account([b"one", b"two"]), World(faults=faults)
    async with reading(reader_of(account, world)):
        await until_read(account, world)
        async with asyncio.timeout(60):
            while len(world.states) < 7:
                await asyncio.sleep(0.01)
    assert (world.taken, world.left) == ([b"one", b"two"], [])
    assert [each.state for each in world.states[:7]] == ["retrying"] * 4 + ["failing"] * 2 + ["reading"]


async def test_while_bytes_cannot_be_put_on_the_disk_nothing_is_kept() -> None:
    account, world = Account([b"one", b"two"]), World(full=True)
    async with reading(reader_of(account, world)):
        async with asyncio.timeout(60):
            while not world.states:
                await asyncio.sleep(0.01)
        assert (world.states[0].cause, world.taken, world.cursors) == ("failed", [], {})
        world.full = False
        await until_read(account, world)
    assert world.taken == [b"one", b"two"]


async def test_mails_are_fetched_together_and_ahead_of_keeping() -> None:
    mails = [b"%d" % number for number in range(2 * LISTED_AT_ONCE + 50)]
    account, world = Account(mails), World()
    async with reading(reader_of(account, world)):
        await until_read(account, world)
    assert [len(uids) for uids in account.asked[:5]] == [BATCH] * 4 + [50]
    assert world.taken == mails


async def test_what_arrived_before_the_archive_ends_makes_nobody_hear_of_it() -> None:
    account, world = Account([b"old", b"new"]), World()
    async with reading(reader_of(account, world, archive=OLD + timedelta(days=1))):
        await until_read(account, world)
    assert world.modes == [Mode.IMPORT, Mode.LIVE]


async def test_what_was_kept_by_somebody_who_ended_is_tidied_up() -> None:
    account, world = Account([b"one", b"two", b"three"]), World()
    world.cursors[account.place] = Cursor(1, 2, 0)
    async with reading(reader_of(account, world)):
        await until_read(account, world)
    assert (world.taken, account.done_with) == ([b"three"], [1, 2, 3])


async def test_without_the_lease_nothing_is_read_and_it_is_given_back_at_the_end() -> None:
    account, world = Account([b"one"]), World(held=False)
    async with reading(reader_of(account, world)):
        await asyncio.sleep(0.1)
        assert world.taken == []
        world.held = True
        await until_read(account, world)
    assert world.let_go_of == ["mailbox/help"]
