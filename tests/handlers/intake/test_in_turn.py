"""Who sends much is served in turn, so many at a time."""

import asyncio
from datetime import timedelta

import pytest

from gongdan.intake.handlers.in_turn import InTurn
from gongdan.shared.errors import SlowDown


class Works:
    """Work that lasts until it is let go; `begun` is in order of beginning, `most` what was in work at a time."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun: list[int] = []
        self.now = self.most = 0

    async def one(self, number: int) -> int:
        self.begun.append(number)
        self.now += 1
        self.most = max(self.most, self.now)
        await self.go.wait()
        self.now -= 1
        return number


async def begun(turns: InTurn, works: Works, *sizes: int) -> list["asyncio.Task[int]"]:
    """As many as there are sizes, as far as they come."""
    tasks = [asyncio.create_task(turns.do(size, works.one, number)) for number, size in enumerate(sizes)]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def test_so_many_are_in_work_and_the_others_follow_in_the_order_of_their_coming() -> None:
    turns, works = InTurn(at_a_time=2), Works()
    tasks = await begun(turns, works, *[10] * 7)
    assert works.begun == [0, 1]
    works.go.set()
    assert await asyncio.gather(*tasks) == works.begun == list(range(7))
    assert works.most == 2


async def test_what_waits_is_bounded_in_bytes_but_one_may_always_wait() -> None:
    turns, works = InTurn(at_a_time=1, room=100), Works()
    tasks = await begun(turns, works, 5_000, 5_000, 1)
    with pytest.raises(SlowDown, match="5000 bytes"):
        await tasks[2]
    works.go.set()
    assert await asyncio.gather(*tasks[:2]) == [0, 1]
    assert await turns.do(50, works.one, 3) == 3


async def test_whoever_waits_too_long_is_told_to_come_back_and_takes_no_place() -> None:
    turns, works = InTurn(at_a_time=1, patience=timedelta(milliseconds=5)), Works()
    first, second = await begun(turns, works, 1, 1)
    with pytest.raises(SlowDown, match="too many"):
        await second
    works.go.set()
    assert await first == 0
    assert await turns.do(1, works.one, 2) == 2
    assert works.begun == [0, 2]


async def test_a_failure_and_one_who_gives_up_leave_their_places_to_others() -> None:
    async def fail() -> None:
        raise ZeroDivisionError

    turns, works = InTurn(at_a_time=1, room=100), Works()
    with pytest.raises(ZeroDivisionError):
        await turns.do(1, fail)
    first, second, third = await begun(turns, works, 1, 90, 1)
    second.cancel()
    first.cancel()
    works.go.set()
    assert await third == 2
    assert await turns.do(90, works.one, 4) == 4
