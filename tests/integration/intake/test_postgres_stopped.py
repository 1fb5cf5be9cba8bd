"""Mail while PostgreSQL is stopped or hangs: senders are put off before they send, mailboxes wait, nothing is lost."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx
import psutil
import pytest

from gongdan.intake.adapters import imap_reader
from gongdan.intake.adapters.smtp import SmtpReceiver
from gongdan.intake.app import build
from gongdan.intake.domain.mail import door, standing
from gongdan.shared.clock import SystemClock
from gongdan.shared.embedded.layout import DataDir, open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.service import Service
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import TOKEN
from tests.integration.intake.imap_servers import ImapServer
from tests.integration.intake.test_imap import Definition, mail, mailbox, quick, server
from tests.ports import free_port

__all__ = ["quick", "server"]

SUPPORT = "support@gongdan.localhost"
PARTS = ("definitions", "definitions-refresh", "group-commit", "smtp", "mailboxes")


class Database(Postgres):
    """A PostgreSQL of a test's own, which it may stop."""

    async def run(self) -> None:
        """Start, and wait until it answers."""
        await self.start()
        async with asyncio.timeout(60):
            while not await self.ready():
                await asyncio.sleep(0.05)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Nothing gets an answer meanwhile."""
        server = psutil.Process(self.pid)
        all_of_it = [server, *server.children(recursive=True)]
        for each in all_of_it:
            each.suspend()
        try:
            yield
        finally:
            for each in all_of_it:
                each.resume()

    async def count(self) -> int:
        """How many messages there are."""
        connection = await asyncpg.connect(self.url("postgresql"))
        try:
            return int(await connection.fetchval("SELECT count(*) FROM intake.messages"))
        finally:
            await connection.close()


@pytest.fixture
async def postgres(data_dir: DataDir) -> AsyncIterator[Database]:
    """It runs."""
    with TemporaryDirectory(prefix="stopped-", dir=data_dir.root, ignore_cleanup_errors=True) as folder:
        found = Database(open_data_dir(Path(folder) / "data"), free_port())
        await found.run()
        yield found
        await found.stop(5)


@asynccontextmanager
async def intake(postgres: Database, folder: Path) -> AsyncIterator[Service]:
    """An intake on it."""
    service = build(settings(postgres.url(), folder), SystemClock())
    parts = [part for part in service.parts if part.name in ("database", *PARTS)]
    for part in parts:
        await part.start()
    try:
        yield service
    finally:
        for part in reversed(parts):
            await part.stop()


def receiver_of(service: Service) -> SmtpReceiver:
    """What takes mail."""
    return next(part for part in service.parts if isinstance(part, SmtpReceiver))


def hand_in(port: int, number: int) -> list[int]:
    """What is answered to MAIL, RCPT and, after that, to the data of a mail."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo()
        codes = [client.mail("c@example.com")[0], client.rcpt(SUPPORT)[0]]
        return [*codes, client.data(mail(number))[0]] if codes[-1] == 250 else codes


async def test_without_postgresql_mail_is_put_off_before_it_is_sent_and_taken_afterwards(
    postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with intake(postgres, tmp_path) as service:
        port = receiver_of(service).bound_port
        assert await asyncio.to_thread(hand_in, port, 1) == [250, 250, 250]
        await postgres.stop(5)
        assert (await asyncio.to_thread(hand_in, port, 2))[-1] == 451
        for _ in range(5):
            assert await asyncio.to_thread(hand_in, port, 2) == [250, 452]
        await postgres.run()
        monkeypatch.setattr(door, "PAUSE", 0.0)
        assert await asyncio.to_thread(hand_in, port, 2) == [250, 250, 250]
    assert await postgres.count() == 2


async def test_while_postgresql_hangs_others_are_put_off_and_who_waits_is_answered_in_the_end(
    postgres: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "SLOW", 0.2)
    async with intake(postgres, tmp_path) as service:
        receiver = receiver_of(service)
        port = receiver.bound_port
        with postgres.hanging():
            waiting = asyncio.create_task(asyncio.to_thread(hand_in, port, 1))
            async with asyncio.timeout(60):
                while not receiver.trouble():
                    await asyncio.sleep(0.05)
            assert await asyncio.to_thread(hand_in, port, 2) == [250, 452]
        assert await waiting == [250, 250, 250]
        assert await asyncio.to_thread(hand_in, port, 2) == [250, 250, 250]
    assert await postgres.count() == 2


@pytest.mark.parametrize("server", ["pymap"], indirect=True)
async def test_mailboxes_wait_for_postgresql_and_go_on_where_they_were(
    postgres: Database, server: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "FIRST_REST", timedelta(seconds=0.2))
    monkeypatch.setattr(imap_reader, "RENEW", timedelta(seconds=0.2))
    await asyncio.to_thread(server.put, mail(1))
    async with intake(postgres, tmp_path) as service:
        await defined(service, mailbox(server, poll_seconds=1))
        await until_kept(postgres, 1)
        await postgres.stop(5)
        await asyncio.to_thread(server.put, mail(2), mail(3))
        await asyncio.sleep(2)
        await postgres.run()
        await until_kept(postgres, 3)
    assert await postgres.count() == 3


async def defined(service: Service, document: Definition) -> None:
    """Apply a definition."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://intake") as http:
        answer = await http.post("/intake/v1/definitions", json=document, headers=headers)
    assert answer.status_code == 200, answer.text


async def until_kept(postgres: Database, count: int) -> None:
    """Wait for so many messages; the limit is far beyond what it takes."""
    async with asyncio.timeout(120):
        while await postgres.count() < count:
            await asyncio.sleep(0.2)
