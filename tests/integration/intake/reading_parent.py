"""A parent whose process hangs while it reads a mail: says that process's number, then waits to be killed."""

import asyncio
import sys
import time
from datetime import timedelta
from pathlib import Path

from tests.integration.intake import reading


def hangs(mark: Path) -> None:
    """Returns once it does."""
    while not mark.exists():
        time.sleep(0.05)


async def main(mark: Path) -> None:
    """Never ends by itself."""
    readers = await reading.ready(timedelta(hours=1))
    task = asyncio.create_task(readers.read([reading.mail(1, f"hang {mark}")], reading.OURS))
    await asyncio.to_thread(hangs, mark)
    print(reading.pid(readers), flush=True)  # noqa: T201 - to whoever kills it
    await task


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
