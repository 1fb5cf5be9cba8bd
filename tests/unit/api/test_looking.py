"""One look does for everybody who asked before it; news is looked at sooner than questions."""

import asyncio

from gongdan.api.adapters.looking import Looking


class Eye:
    """Counts looks."""

    def __init__(self, patience: float) -> None:
        self.looks = 0
        self.seen = asyncio.Event()
        self.looking = Looking("eye", self.look, 0.0, patience)

    async def look(self) -> None:
        self.looks += 1
        self.seen.set()

    async def next(self) -> None:
        async with asyncio.timeout(60):
            await self.seen.wait()
        self.seen.clear()


async def test_who_asks_first_is_answered_at_once_and_who_asks_soon_after_by_the_news() -> None:
    eye = Eye(patience=3_600)
    eye.looking._looked_at = -3_600
    eye.looking.start()
    eye.looking.ask()
    await eye.next()
    eye.looking.ask()
    eye.looking.ask()
    await asyncio.sleep(0.01)
    assert eye.looks == 1
    eye.looking.wake()
    await eye.next()
    await eye.looking.stop()
    assert eye.looks == 2


async def test_who_asks_soon_after_a_look_is_answered_without_news_too() -> None:
    eye = Eye(patience=0.01)
    eye.looking.start()
    for _ in range(3):
        eye.looking.ask()
        await eye.next()
    await eye.looking.stop()
