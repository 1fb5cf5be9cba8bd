"""A load of messages on one intake, from processes of their own: what a bench measures beside it is not slowed by it.

Each process keeps its connections busy, one request after the other on each, until it is told to stop. Who is told to
come back (503) comes back after a moment.
"""

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event

import uvloop

from tests.bench.end_to_end import body
from tests.bench.http import Client, Refused

PATH = "/intake/v1/messages"
BACK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Load:
    """Processes that send. `accepted` and `refused` are counted over all of them."""

    stop: Event
    accepted: "Synchronized[int]"
    refused: "Synchronized[int]"


@contextmanager
def load(url: str, token: str, processes: int, connections: int) -> Iterator[Load]:
    """Send while inside."""
    context = multiprocessing.get_context("spawn")
    told = Load(context.Event(), context.Value("q", 0), context.Value("q", 0))
    senders = [
        context.Process(target=_send, args=(url, token, number, connections, told), daemon=True)
        for number in range(processes)
    ]
    for sender in senders:
        sender.start()
    try:
        yield told
    finally:
        told.stop.set()
        for sender in senders:
            sender.join()


def _send(url: str, token: str, process: int, connections: int, told: Load) -> None:
    uvloop.run(_sending(url, token, process * 10**9, connections, told))


async def _sending(url: str, token: str, first: int, connections: int, told: Load) -> None:
    numbers = count(first)
    async with Client(url, token) as intake:
        await asyncio.gather(*(_line(intake, numbers, told) for _ in range(connections)))


async def _line(intake: Client, numbers: Iterator[int], told: Load) -> None:
    while not told.stop.is_set():
        try:
            await intake.post(PATH, body(next(numbers)))
            _add(told.accepted)
        except Refused:
            _add(told.refused)
            await asyncio.sleep(BACK_SECONDS)


def _add(counter: "Synchronized[int]") -> None:
    with counter.get_lock():
        counter.value += 1
