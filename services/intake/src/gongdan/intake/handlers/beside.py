"""Work beside the event loop, where it is large: whoever else is waiting for an answer goes on being served."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")
AT_ONCE = 64 * 1024


async def beside(size: int, work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """What `work` gives; in a thread when it is about more than `AT_ONCE` bytes, else at once."""
    if size <= AT_ONCE:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)
