"""What tests of reading beside the process share: mails, and processes that are ready for them."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gongdan.intake.adapters.mail_readers import MailReaders
from gongdan.intake.domain.mail.message import Inbox, Ourselves, RawMail
from gongdan.shared.mail_ids import OwnMailIds

OURS = Ourselves(OwnMailIds(b"a key for tests", "example.com"))
PROGRAM = (sys.executable, str(Path(__file__).with_name("troubled_child.py")))
LONG = timedelta(seconds=60)


def mail(number: int, trouble: str = "") -> RawMail:
    """A mail, and what happens to the process that reads it."""
    fields = f"From: c@example.com\r\nSubject: Pump {number}\r\nMessage-ID: <{number}@example.com>"
    told = f"\r\nX-Trouble: {trouble}" if trouble else ""
    raw = f"{fields}{told}\r\n\r\nIt is broken.\r\n".encode()
    return RawMail(raw, Inbox("help@example.com", "support"), datetime(2026, 3, 2, tzinfo=UTC))


async def make_ready(readers: MailReaders) -> None:
    """Wait until there is a process: the mails before that are left to whoever asks."""
    async with asyncio.timeout(60):
        while not await readers.read([mail(0)], OURS):
            await asyncio.sleep(0.05)


async def ready(patience: timedelta = LONG) -> MailReaders:
    """Readers with a process."""
    readers = MailReaders(1, patience, PROGRAM)
    await readers.start()
    await make_ready(readers)
    return readers


def pid(readers: MailReaders) -> int:
    """The number of the one process there is."""
    (process,) = readers._all
    return process.pid
