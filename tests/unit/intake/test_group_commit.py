"""Group commit: who waits together is kept together, and one bad message harms nobody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from gongdan.intake.adapters.group_commit import FEW, GAP_SECONDS, GroupCommit
from gongdan.intake.ports import Incoming, Receipt
from gongdan.shared.errors import RetryLater, SlowDown
from tests.unit.intake.messages import incoming


class FakeTable:
    """Keeps nothing, slowly; fails on messages whose text is bad."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.open = asyncio.Event()
        self.open.set()
        self.away = False

    async def keep(self, batch: Sequence[Incoming]) -> list[Receipt]:
        """One receipt each."""
        await self.open.wait()
        if self.away:
            raise RetryLater("PostgreSQL is away")
        if any(getattr(item.event.data, "text", "") == "bad" for item in batch):
            raise ValueError("cannot be kept")
        self.batches.append(len(batch))
        return [Receipt(item.event.envelope.id, duplicate=False) for item in batch]


@asynccontextmanager
async def running(table: FakeTable, group: GroupCommit | None = None) -> AsyncIterator[GroupCommit]:
    """A running group commit; one with the usual bounds when none is given."""
    group = group or GroupCommit(table.keep)
    await group.start()
    yield group
    table.open.set()
    await group.stop()


async def test_whoever_waits_while_another_commits_shares_the_next_commit() -> None:
    table = FakeTable()
    async with running(table, GroupCommit(table.keep, batch=40)) as group:
        table.open.clear()
        first = asyncio.create_task(group.accept(incoming("0")))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        others = [asyncio.create_task(group.accept(incoming(str(number)))) for number in range(1, 100)]
        await asyncio.sleep(0)
        table.open.set()
        receipts = await asyncio.gather(first, *others)
    assert table.batches == [1, 40, 40, 19]
    assert len({receipt.message_id for receipt in receipts}) == 100


async def test_a_few_that_come_soon_after_a_commit_wait_for_each_other() -> None:
    table = FakeTable()
    async with running(table) as group:
        await group.accept(incoming("0"))
        group._next = asyncio.get_running_loop().time() + 0.5
        few = []
        for number in range(1, FEW):
            few.append(asyncio.create_task(group.accept(incoming(str(number)))))
            await asyncio.sleep(0)
        await asyncio.gather(*few)
    assert table.batches == [1, FEW - 1]


async def test_behind_one_who_was_alone_the_next_waits_less_than_behind_several() -> None:
    table = FakeTable()
    now = asyncio.get_running_loop().time
    async with running(table) as group:
        await group.accept(incoming("0"))
        assert group._next <= now()
        before = now()
        await asyncio.gather(group.accept(incoming("1")), group.accept(incoming("2")))
        assert group._next >= before + GAP_SECONDS
    assert table.batches == [1, 2]


async def test_as_soon_as_they_are_no_longer_few_they_wait_no_more() -> None:
    table = FakeTable()
    async with running(table) as group:
        await group.accept(incoming("0"))
        group._next = asyncio.get_running_loop().time() + 3_600
        more = []
        for number in range(1, FEW + 1):
            more.append(asyncio.create_task(group.accept(incoming(str(number)))))
            await asyncio.sleep(0.01)
        await asyncio.gather(*more)
    assert table.batches == [1, FEW]


async def test_of_many_who_wait_some_go_with_the_next_batch() -> None:
    table = FakeTable()
    async with running(table) as group:
        await asyncio.gather(*(group.accept(incoming(str(number))) for number in range(64)))
    assert table.batches == [48, 16]


async def test_whoever_rests_commits_at_once_when_it_is_time_to_stop() -> None:
    table = FakeTable()
    async with running(table) as group:
        await group.accept(incoming("0"))
        group._next = asyncio.get_running_loop().time() + 3_600
        last = asyncio.create_task(group.accept(incoming("1")))
        await asyncio.sleep(0.01)
    await last
    assert table.batches == [1, 1]


async def test_one_message_that_cannot_be_kept_leaves_the_others_kept() -> None:
    table = FakeTable()
    async with running(table) as group:
        tasks = [group.accept(incoming(str(n), text="bad" if n == 7 else "good")) for n in range(20)]
        found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(item) for item in found].count(Receipt) == 19
    assert isinstance(found[7], ValueError)


async def test_while_the_database_is_away_everybody_is_told_to_come_back() -> None:
    table = FakeTable()
    table.away = True
    async with running(table) as group:
        found = await asyncio.gather(*(group.accept(incoming(str(n))) for n in range(5)), return_exceptions=True)
        table.away = False
        assert (await group.accept(incoming("later"))).duplicate is False
    assert [type(item) for item in found] == [RetryLater] * 5


async def test_a_database_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    table = FakeTable()
    table.open.clear()
    group = GroupCommit(table.keep, patience=timedelta(milliseconds=10))
    await group.start()
    with pytest.raises(RetryLater, match="in time"):
        await group.accept(incoming("1"))
    await group.stop()


async def test_when_too_many_wait_the_next_is_told_to_slow_down() -> None:
    table = FakeTable()
    table.open.clear()
    async with running(table, GroupCommit(table.keep, batch=1, capacity=3)) as group:
        taken = asyncio.create_task(group.accept(incoming("taken")))
        for _ in range(3):
            await asyncio.sleep(0)
        waiting = [asyncio.create_task(group.accept(incoming(str(n)))) for n in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(SlowDown):
            await group.accept(incoming("too many"))
        table.open.set()
        assert len(await asyncio.gather(taken, *waiting)) == 4


async def test_who_gives_up_waiting_does_not_disturb_the_others() -> None:
    table = FakeTable()
    table.open.clear()
    async with running(table) as group:
        impatient = asyncio.create_task(group.accept(incoming("1")))
        patient = asyncio.create_task(group.accept(incoming("2")))
        await asyncio.sleep(0)
        impatient.cancel()
        table.open.set()
        assert (await patient).duplicate is False


async def test_stopping_commits_what_waits_and_takes_no_more() -> None:
    table = FakeTable()
    async with running(table) as group:
        waiting = asyncio.create_task(group.accept(incoming("1")))
        await asyncio.sleep(0)
        await group.stop()
        assert (await waiting).duplicate is False
        with pytest.raises(RetryLater):
            await group.accept(incoming("2"))


async def test_what_waits_is_bounded_by_its_size_too() -> None:
    table = FakeTable()
    table.open.clear()
    async with running(table, GroupCommit(table.keep, room=100_000)) as group:
        waiting = [asyncio.create_task(group.accept(incoming(str(n), text="x" * 20_000))) for n in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(SlowDown, match="bytes"):
            await group.accept(incoming("too much", text="x" * 40_000))
        table.open.set()
        assert len(await asyncio.gather(*waiting)) == 2
        assert (await group.accept(incoming("alone", text="x" * 200_000))).duplicate is False
