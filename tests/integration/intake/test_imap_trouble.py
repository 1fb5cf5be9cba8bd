"""Mailboxes in bad times: days off, connections that break in the middle of a mail, replicas that are killed."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan.intake.adapters import imap_reader
from gongdan.intake.app import build
from gongdan.intake.domain.mail import standing
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.clock import SystemClock
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake
from tests.integration.intake.imap_servers import FOLDER, PASSWORD, ImapServer
from tests.integration.intake.replica import READS, hasten
from tests.integration.intake.test_imap import (
    Definition,
    define,
    mail,
    mailbox,
    quick,
    reading,
    server,
    subjects,
    until,
    until_cursor,
    until_kept,
)

__all__ = ["quick", "server"]


async def nothing_twice(intake: Intake, count: int) -> None:
    """Every mail is one message, in order, and nothing was set aside."""
    assert await subjects(intake) == [f"Pump {number}" for number in range(count)]
    assert await intake.count("conflicts") == 0
    assert await intake.count("quarantine") == 0


async def test_after_days_off_all_that_waited_is_read_once_and_what_was_deleted_is_no_trouble(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await define(intake, mailbox(server, after={"flag": False}))
    await asyncio.to_thread(server.put, mail(0))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 1)
        await until_cursor(intake)
    await asyncio.to_thread(server.put, *(mail(number) for number in range(1, 300)), mail(300), mail(300))
    await asyncio.to_thread(expunge_last, server)
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 301)
        await asyncio.to_thread(server.put, mail(301))
        await until_kept(intake, 302)
    await nothing_twice(intake, 302)


def expunge_last(server: ImapServer) -> None:
    client = server.client()
    client.select_folder(FOLDER)
    client.delete_messages(client.search()[-1:])
    client.expunge()
    client.logout()


@asynccontextmanager
async def breaking(port: int, after: list[int]) -> AsyncIterator[int]:
    """A way to a server on which the first connections break after so many bytes; the port where it begins."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        left = after.pop(0) if after else sys.maxsize
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        there = asyncio.create_task(pump(reader, far_writer, sys.maxsize))
        await pump(far_reader, writer, left)
        there.cancel()
        far_writer.close()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: int) -> None:
        with contextlib.suppress(ConnectionError):
            while left > 0 and (piece := await reader.read(min(4096, left))):
                left -= len(piece)
                writer.write(piece)
                await writer.drain()
        writer.close()

    found = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield found.sockets[0].getsockname()[1]
    finally:
        found.close()


async def test_a_connection_that_breaks_in_the_middle_of_mails_costs_nothing(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "FIRST_REST", timedelta(seconds=0.1))
    await asyncio.to_thread(server.put, *(mail(number, "x" * 20_000) for number in range(30)))
    async with breaking(server.port, [50_000, 150_000, 260_000]) as port:
        await define(intake, mailbox(server, port=port, after={"move_to": "Processed"}))
        async with reading(settings(database, tmp_path)):
            await until_kept(intake, 30)
            await until(lambda: moved(server, 30))
    await nothing_twice(intake, 30)
    assert [said["cause"] for said in await intake.said("MailboxFailed")] == []


async def moved(server: ImapServer, count: int) -> bool:
    left = await asyncio.to_thread(server.flags)
    return not left and len(await asyncio.to_thread(server.flags, "Processed")) == count


async def test_a_mail_that_was_too_large_is_fetched_when_it_is_released_under_a_higher_limit(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(0), mail(1, "x" * 100_000))
    await define(intake, mailbox(server, poll_seconds=1))
    async with reading(settings(database, tmp_path).model_copy(update={"mail_bytes": 50_000})):
        await until(lambda: is_set_aside(intake))
    (entry,) = (await intake.http.get("/intake/v1/quarantine")).json()["quarantine"]
    answer = await intake.http.post(f"/intake/v1/quarantine/{entry['id']}/release")
    assert (answer.status_code, answer.json()) == (202, {"message_id": None, "wanted": True})
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
        await until(lambda: is_released(intake, entry["id"]))
    (said,) = await intake.said("QuarantineReleased")
    assert said["cause"] == "too-large"


async def is_set_aside(intake: Intake) -> bool:
    return await intake.count("quarantine") == 1


async def is_released(intake: Intake, entry: str) -> bool:
    found = (await intake.http.get(f"/intake/v1/quarantine/{entry}")).json()
    return found["released_as"] is not None


def killable(configured: IntakeSettings) -> "subprocess.Popen[bytes]":
    """A replica as a process."""
    names = ("database_url", "kafka_bootstrap", "blobs_dir", "smtp_port")
    told = {f"GONGDAN_{name.upper()}": str(getattr(configured, name)) for name in names}
    secret = {"GONGDAN_SIGNING_KEY": "a key for tests", "GONGDAN_ADMIN_TOKEN": "x", "GONGDAN_TEST_IMAP": PASSWORD}
    command = [sys.executable, "-m", "tests.integration.intake.replica"]
    return subprocess.Popen(command, env=dict(os.environ) | told | secret, stdout=subprocess.DEVNULL)


@asynccontextmanager
async def replica_here(configured: IntakeSettings) -> AsyncIterator[None]:
    """A replica in this process."""
    service = build(configured, SystemClock())
    hasten(service)
    parts = [part for part in service.parts if part.name in READS]
    for part in parts:
        await part.start()
    yield
    for part in reversed(parts):
        await part.stop()
    await service.parts[0].stop()


async def shares(intake: Intake) -> list[int]:
    """How many mailboxes each replica reads."""
    rows = await intake.tables.fetch(
        "SELECT count(*) FROM leases WHERE name LIKE 'mailbox/%' AND until > now() GROUP BY holder ORDER BY 1"
    )
    return [row["count"] for row in rows]


def folders(server: ImapServer) -> list[Definition]:
    """Four mailboxes on one server."""
    found = [mailbox(server, folder=f"F{number}", **{"from": f"f{number}@example.com"}) for number in range(4)]
    for number, each in enumerate(found):
        each["metadata"] = {"name": f"m{number}"}
    return found


async def test_replicas_share_mailboxes_and_those_of_one_that_is_killed_are_taken_over(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_reader, "RENEW", imap_reader.RENEW)
    configured = settings(database, tmp_path)
    for number, definition in enumerate(folders(server)):
        await asyncio.to_thread(server.put, mail(number), folder=f"F{number}")
        await define(intake, definition)
    async with replica_here(configured):
        other = killable(configured)
        try:
            await until(lambda: are(intake, [2, 2]))
            await until_kept(intake, 4)
        finally:
            other.kill()
            await asyncio.to_thread(other.wait, 20)
        for number in range(4):
            await asyncio.to_thread(server.put, mail(10 + number), folder=f"F{number}")
        await until_kept(intake, 8)
        assert await shares(intake) == [4]
    assert len(set(await subjects(intake))) == len(await subjects(intake)) == 8
    assert await intake.count("conflicts") == 0


async def are(intake: Intake, wanted: list[int]) -> bool:
    return await shares(intake) == wanted


def test_mailboxes_are_dealt_out_evenly_and_each_to_one() -> None:
    names, replicas = ["a", "b", "c", "d", "e"], ["x", "y"]
    dealt = {each: [name for name in names if standing.mine(name, names, each, replicas)] for each in replicas}
    assert dealt == {"x": ["a", "c", "e"], "y": ["b", "d"]}
    assert not standing.mine("a", names, "x", [])
