"""Who is killed is down, whatever they were just about to answer."""

import asyncio
from dataclasses import dataclass, field

from gongdan.shared.embedded.keeper import Keeper, Pace, State

PATIENT = Pace(poll=0.0, watch=0.0, first_pause=3600.0)


@dataclass
class Slow:
    """A unit that answers when it is told to, and dies when it is killed."""

    name: str = "slow"
    pid: int | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    answer: asyncio.Event = field(default_factory=asyncio.Event)
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        self.pid = 1

    async def ready(self) -> bool:
        self.asked.set()
        await self.answer.wait()
        return True

    async def wait(self) -> int:
        await self.dead.wait()
        return -9

    def kill(self) -> None:
        self.answer.set()
        self.dead.set()

    async def stop(self, grace: float) -> None:
        self.kill()


async def test_the_last_answer_of_one_that_was_killed_does_not_count() -> None:
    unit, said = Slow(), list[str]()
    keeper = Keeper(unit, lambda _, text: said.append(text), PATIENT)
    keeper.begin()
    await unit.asked.wait()
    await keeper.kill()
    for _ in range(10):
        await asyncio.sleep(0)
    assert keeper.state is State.DOWN
    assert said == ["ended (signal 9), restart 1"]
    await keeper.let_go()
