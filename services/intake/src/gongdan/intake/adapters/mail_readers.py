"""The part that has processes of their own read the mails of a backlog, while this one keeps those before them.

The first is started by the first large batch and ends when there was none for a while; none is started for a few mails.
What no process could read, for whatever reason, whoever asked reads himself. A process that ends in the middle is
replaced, and nothing of it is missing: it keeps nothing. The mail at which two ended, or one took too long, is
unreadable and stops no other.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gongdan.intake.adapters.mail_process import MailProcess, ProcessEndedError
from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, Unreadable

log = structlog.get_logger()

PROGRAM = (sys.executable, "-m", "gongdan.intake.adapters.mail_child")
IDLE = timedelta(seconds=60)
WAIT = timedelta(seconds=1)
"""About as long as others need for a batch; then it is quicker to read it oneself."""

START_AGAIN = timedelta(seconds=60)
TRIES = 2
"""At one mail so many processes may end before it is taken for the cause."""


@dataclass(slots=True)
class MailReaders:
    """At most `most` processes, none before the part is started; one mail may take `patience`."""

    most: int
    patience: timedelta
    program: Sequence[str] = PROGRAM
    idle: timedelta = IDLE
    name: str = "mail-readers"
    _all: set[MailProcess] = field(default_factory=set)
    _free: "asyncio.Queue[MailProcess]" = field(default_factory=asyncio.Queue)
    _starting: "set[asyncio.Task[None]]" = field(default_factory=set)
    _ending: "set[asyncio.Task[None]]" = field(default_factory=set)
    _rest: asyncio.TimerHandle | None = None
    _not_before: float = float("-inf")
    _open: bool = False

    async def start(self) -> None:
        """From now on there may be processes."""
        self._open = True

    async def stop(self) -> None:
        """End them all."""
        self._open = False
        self._stay()
        for task in self._starting:
            task.cancel()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for process in list(self._all):
            self._end(process)
        await asyncio.gather(*self._ending)

    async def read(self, mails: Sequence[RawMail], ours: Ourselves) -> Sequence[Normalised | Unreadable]:
        """The first of these mails in their order, as many as could be read; none while all processes are busy."""
        found: list[Normalised | Unreadable] = []
        ended: Counter[int] = Counter()
        process = await self._taken()
        while process is not None and len(found) < len(mails):
            try:
                await self._read_on(process, mails, ours, found)
            except TimeoutError:
                why = f"reading it takes longer than {self.patience.total_seconds():.0f} s"
                found.append(Unreadable("too-slow", why))
            except ProcessEndedError as error:
                ended[len(found)] += 1
                log.warning("mail_reader_ended", pid=process.pid, why=str(error), read=len(found))
                if ended[len(found)] == TRIES:
                    found.append(Unreadable("reader-ended", f"{TRIES} processes ended while they read it"))
            process = await self._another() if len(found) < len(mails) else None
        return found

    async def _read_on(
        self, process: MailProcess, mails: Sequence[RawMail], ours: Ourselves, found: list[Normalised | Unreadable]
    ) -> None:
        """Read what is left. A process that did not say all of it is of no use to anybody else."""
        try:
            await process.give(mails[len(found) :], ours, self.patience)
            for mail in mails[len(found) :]:
                said, failure = await process.answer(self.patience)
                if failure:
                    log.error("mail_reader_failed", source=mail.inbox.address, failure=failure)
                found.append(said)
        except BaseException:
            self._end(process)
            raise
        self._give_back(process)

    async def _taken(self) -> MailProcess | None:
        """A process that is free, or soon will be. Where there are too few, one more is started for later batches."""
        self._stay()
        if self._free.empty() and self._may_start():
            self._start_soon()
        try:
            async with asyncio.timeout(WAIT.total_seconds() if self._all else 0):
                found = await self._free.get()
        except TimeoutError:
            return None
        if found.alive:
            return found
        self._end(found)
        return await self._taken()

    async def _another(self) -> MailProcess | None:
        """One instead of a process that is no more."""
        if self._may_start():
            await self._start_soon()
        return await self._taken()

    def _may_start(self) -> bool:
        there = len(self._all) + len(self._starting)
        return self._open and there < self.most and asyncio.get_running_loop().time() >= self._not_before

    def _start_soon(self) -> "asyncio.Task[None]":
        return _kept(self._starting, asyncio.create_task(self._start(), name=self.name))

    async def _start(self) -> None:
        """A new process, unless the machine does not let us."""
        try:
            process = await MailProcess.start(self.program)
        except (OSError, TimeoutError, ProcessEndedError) as error:
            log.warning("mail_reader_not_started", why=f"{type(error).__name__}: {error}")
            self._not_before = asyncio.get_running_loop().time() + START_AGAIN.total_seconds()
            return
        log.info("mail_reader_started", pid=process.pid)
        self._all.add(process)
        self._give_back(process)

    def _give_back(self, process: MailProcess) -> None:
        self._free.put_nowait(process)
        self._stay()
        self._rest = asyncio.get_running_loop().call_later(self.idle.total_seconds(), self._end_free)

    def _stay(self) -> None:
        if self._rest:
            self._rest.cancel()

    def _end_free(self) -> None:
        while not self._free.empty():
            self._end(self._free.get_nowait())

    def _end(self, process: MailProcess) -> None:
        self._all.discard(process)
        process.kill()
        _kept(self._ending, asyncio.create_task(process.gone(), name=self.name))


def _kept(tasks: "set[asyncio.Task[None]]", task: "asyncio.Task[None]") -> "asyncio.Task[None]":
    """Among others for as long as it runs."""
    tasks.add(task)
    task.add_done_callback(tasks.discard)
    return task
