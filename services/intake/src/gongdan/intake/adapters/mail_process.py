"""One process that reads mails beside this one; see `mail_child` for what it runs."""

import asyncio
import os
import pickle
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gongdan.intake.adapters.mail_child import LENGTH, PIPE_BYTES, Answer, framed
from gongdan.intake.domain.mail.message import Ourselves, RawMail

START = timedelta(seconds=60)


class ProcessEndedError(Exception):
    """The process is no more, or as good as that."""


@dataclass(frozen=True, slots=True, eq=False)
class MailProcess:
    """Made by `start`. Not for two at a time; of no use after anything went wrong, when it is to be killed."""

    process: Process
    transport: asyncio.SubprocessTransport

    @classmethod
    async def start(cls, program: Sequence[str]) -> "MailProcess":
        """A process that is ready to read. Raises OSError, TimeoutError, ProcessEndedError."""
        told = {name: value for name, value in os.environ.items() if not name.startswith("GONGDAN_")}
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(PIPE_BYTES, loop), *program, stdin=PIPE, stdout=PIPE, stderr=None, env=told
        )
        found = cls(Process(transport, protocol, loop), transport)
        try:
            async with asyncio.timeout(START.total_seconds()):
                await found._said()
        except BaseException:
            found.kill()
            raise
        return found

    @property
    def pid(self) -> int:
        """Its number."""
        return self.process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended yet, as far as is known."""
        return self.process.returncode is None

    async def give(self, mails: Sequence[RawMail], ours: Ourselves, patience: timedelta) -> None:
        """Have mails read, whose answers come in their order. Raises ProcessEndedError."""
        tasks = self.process.stdin
        try:
            async with asyncio.timeout(patience.total_seconds()):
                if tasks is not None:
                    tasks.writelines(framed((mails, ours)))
                    await tasks.drain()
        except (OSError, RuntimeError, TimeoutError) as error:
            raise ProcessEndedError("it does not take what it is to read") from error

    async def answer(self, patience: timedelta) -> Answer:
        """The answer to the next mail. Raises ProcessEndedError, and TimeoutError when there is none in time."""
        async with asyncio.timeout(patience.total_seconds()):
            found: Answer = await self._said()
        return found

    async def _said(self) -> Answer:
        answers = self.process.stdout
        if answers is None:
            raise ProcessEndedError("it has no output")
        try:
            (length,) = LENGTH.unpack(await answers.readexactly(LENGTH.size))
            found: Answer = pickle.loads(await answers.readexactly(length))  # noqa: S301 - from our own process
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise ProcessEndedError("it ended") from error
        return found

    def kill(self) -> None:
        """End it at once, and whoever waits for an answer; it keeps nothing that could be lost."""
        self.transport.close()

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self.process.wait()
