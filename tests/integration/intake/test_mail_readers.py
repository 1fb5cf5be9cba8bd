"""Mails read by a process beside intake's own: as they always are, each once, whatever becomes of that process."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan.intake.adapters.mail_readers import TRIES, MailReaders
from gongdan.intake.domain.mail.message import Normalised, RawMail, Unreadable, normalise
from tests.bench.mail import TYPICAL
from tests.integration.intake.reading import LONG, OURS, mail, pid, ready

PATIENCE = timedelta(seconds=15)
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def readers() -> AsyncIterator[MailReaders]:
    found = await ready()
    yield found
    await found.stop()


def here(mails: Sequence[RawMail]) -> list[Normalised | Unreadable]:
    """What this process reads in them."""
    return [normalise(each, OURS) for each in mails]


def gone(number: int) -> bool:
    """Whether a process is no more, or only waits for somebody to look at how it ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except FileNotFoundError:
        return True


def number_said_by(parent: "subprocess.Popen[bytes]") -> int:
    """What it says beside its log."""
    return next(int(line) for line in parent.stdout or () if line.strip().isdigit())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.05)


async def test_another_process_reads_in_mails_what_this_one_would(readers: MailReaders) -> None:
    chance = random.Random(1)  # noqa: S311 - the same mails every time
    raws = [make(chance, number) for number in range(5) for make in TYPICAL.values()]
    mails = [RawMail(raw, mail(0).inbox, mail(0).received_at) for raw in [*raws, b"no mail", b""]]
    assert await readers.read(mails, OURS) == here(mails)


async def test_a_process_that_is_killed_in_the_middle_is_replaced_and_every_mail_read_once(
    readers: MailReaders, tmp_path: Path
) -> None:
    mark = tmp_path / "hangs"
    mails = [mail(1), mail(2), mail(3, f"hang_once {mark}"), mail(4)]
    task = asyncio.create_task(readers.read(mails, OURS))
    await until(mark.exists)
    first = pid(readers)
    os.kill(first, signal.SIGKILL)
    assert await task == here(mails)
    assert pid(readers) != first


async def test_a_process_that_is_killed_between_batches_is_replaced(readers: MailReaders) -> None:
    first = pid(readers)
    os.kill(first, signal.SIGKILL)
    await until(lambda: gone(first))
    async with asyncio.timeout(60):
        while not (found := await readers.read([mail(1)], OURS)):
            await asyncio.sleep(0.05)
    assert found == here([mail(1)])


async def test_a_mail_at_which_processes_end_is_set_aside_and_stops_no_other(readers: MailReaders) -> None:
    before, at_fault, after = await readers.read([mail(1), mail(2, "end"), mail(3)], OURS)
    assert at_fault == Unreadable("reader-ended", f"{TRIES} processes ended while they read it")
    assert [before, after] == here([mail(1), mail(3)])


async def test_a_mail_that_cannot_be_read_is_told_from_the_others(readers: MailReaders) -> None:
    before, at_fault, after = await readers.read([mail(1), mail(2, "fail"), mail(3)], OURS)
    assert at_fault == Unreadable("reader-failed", "ValueError: as asked for")
    assert [before, after] == here([mail(1), mail(3)])


async def test_a_mail_that_takes_too_long_is_set_aside_and_blocks_nothing(tmp_path: Path) -> None:
    readers = await ready(PATIENCE)
    before, at_fault, after = await readers.read([mail(1), mail(2, f"hang {tmp_path / 'hangs'}"), mail(3)], OURS)
    await readers.stop()
    assert at_fault == Unreadable("too-slow", "reading it takes longer than 15 s")
    assert [before, after] == here([mail(1), mail(3)])


async def test_while_every_process_is_busy_others_are_left_to_read_for_themselves(
    readers: MailReaders, tmp_path: Path
) -> None:
    mark = tmp_path / "hangs"
    mails = [mail(1, f"hang_once {mark}")]
    busy = asyncio.create_task(readers.read(mails, OURS))
    await until(mark.exists)
    assert list(await readers.read([mail(2)], OURS)) == []
    os.kill(pid(readers), signal.SIGKILL)
    assert await busy == here(mails)


async def test_who_no_longer_wants_an_answer_leaves_none_to_the_next(readers: MailReaders, tmp_path: Path) -> None:
    mark = tmp_path / "hangs"
    task = asyncio.create_task(readers.read([mail(1, f"hang_once {mark}"), mail(2)], OURS))
    await until(mark.exists)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(60):
        while not (found := await readers.read([mail(3)], OURS)):
            await asyncio.sleep(0.05)
    assert found == here([mail(3)])


async def test_processes_end_with_the_part_also_in_the_middle_of_a_mail(tmp_path: Path) -> None:
    readers, mark = await ready(), tmp_path / "hangs"
    number = pid(readers)
    task = asyncio.create_task(readers.read([mail(1, f"hang {mark}")], OURS))
    await until(mark.exists)
    await readers.stop()
    assert gone(number)
    assert list(await task) == []


async def test_processes_end_when_there_was_nothing_to_read_for_a_while() -> None:
    readers = await ready()
    readers.idle = timedelta(0)
    assert await readers.read([mail(1)], OURS)
    await until(lambda: not readers._all)
    await readers.stop()


async def test_before_its_start_nothing_is_read_beside() -> None:
    readers = MailReaders(1, LONG)
    assert list(await readers.read([mail(1)], OURS)) == []
    assert not readers._starting


async def test_where_no_process_can_be_started_mails_are_left_to_whoever_asks() -> None:
    readers = MailReaders(1, LONG, ("/nowhere/python",))
    await readers.start()
    assert list(await readers.read([mail(1)], OURS)) == []
    await until(lambda: not readers._starting)
    assert list(await readers.read([mail(1)], OURS)) == []
    await readers.stop()


async def test_a_process_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.integration.intake.reading_parent", str(tmp_path / "hangs")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as parent:  # noqa: ASYNC220
        number = await asyncio.to_thread(number_said_by, parent)
        parent.kill()
    await until(lambda: gone(number))
