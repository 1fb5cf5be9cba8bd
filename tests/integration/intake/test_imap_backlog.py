"""The backlog of a mailbox is read by another process, whose end in the middle loses and doubles nothing."""

import asyncio
from pathlib import Path

import pytest

from gongdan.intake.adapters.mail_readers import MailReaders
from gongdan.intake.app import build
from gongdan.intake.domain.mail import mailbox as batches
from gongdan.shared.clock import SystemClock
from tests.integration.intake.conftest import settings, started
from tests.integration.intake.desk import Intake
from tests.integration.intake.imap_servers import ImapServer
from tests.integration.intake.reading import PROGRAM, mail, make_ready
from tests.integration.intake.test_imap import define, mailbox, quick, server, subjects, until_kept

__all__ = ["quick", "server"]

PARTS = ("definitions", "definitions-refresh", "group-commit", "mail-readers", "mailboxes")
COUNT = 60


async def test_a_process_that_ends_while_it_reads_a_backlog_loses_and_doubles_nothing(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "BATCH", 20)
    mark = tmp_path / "ended"
    troubles = {33: f"end_once {mark}"}
    mails = [mail(number, troubles.get(number, "")).raw for number in range(COUNT)]
    await asyncio.to_thread(server.put, *mails)
    service = build(settings(database, tmp_path), SystemClock())
    readers = next(part for part in service.parts if isinstance(part, MailReaders))
    readers.program = PROGRAM
    async with started(service, ("mail-readers",)):
        await make_ready(readers)
        await define(intake, mailbox(server))
        async with started(service, [name for name in PARTS if name != "mail-readers"]):
            await until_kept(intake, COUNT)
        assert mark.exists()
        assert len(readers._all) == 1
    assert not readers._all
    await service.parts[0].stop()
    assert await subjects(intake) == [f"Pump {number}" for number in range(COUNT)]
    assert [await intake.count(table) for table in ("messages", "conflicts", "quarantine")] == [COUNT, 0, 0]
