"""Mailboxes on real IMAP servers: every mail once, whatever is restarted or numbered anew, and none blocks others."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from gongdan.intake.adapters import imap, imap_folder, imap_reader, imap_thread
from gongdan.intake.adapters.imap_account import ImapAccount
from gongdan.intake.app import build
from gongdan.intake.ports.mailboxes import MailboxFault
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.clock import SystemClock
from gongdan.shared.definitions.mailbox import Mailbox
from tests.integration.intake.conftest import settings
from tests.integration.intake.desk import Intake
from tests.integration.intake.imap_servers import (
    FOLDER,
    PASSWORD,
    USER,
    ImapServer,
    dovecot,
    dovecot_command,
    pymap_command,
    running,
)
from tests.ports import free_port

SEEN = (rb"\Seen",)
Definition = dict[str, Any]


@pytest.fixture(params=["pymap", "dovecot"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ImapServer]:
    if request.param == "dovecot" and dovecot() is None:
        pytest.skip("Dovecot is not installed (`make dovecot` does that), so mailboxes were read from pymap only")
    port = free_port()
    with TemporaryDirectory(prefix="imap", ignore_cleanup_errors=True) as folder:
        command = pymap_command(port) if request.param == "pymap" else dovecot_command(port, Path(folder))
        async with running(command, port) as found:
            await asyncio.to_thread(found.put)
            yield found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets for the servers, and rests as short as tests can bear."""
    monkeypatch.setenv("GONGDAN_TEST_IMAP", PASSWORD)
    monkeypatch.setattr(imap_reader, "RENEW", timedelta(seconds=0.2))
    monkeypatch.setattr(imap, "COUNT_AGAIN", timedelta(seconds=0.2))
    monkeypatch.setattr(imap_thread, "SLICE", timedelta(seconds=0.2))
    monkeypatch.setattr(imap, "LOOK_AGAIN", timedelta(seconds=0.1))


def mailbox(server: ImapServer, **more: object) -> Definition:
    """The definition of the server's mailbox."""
    spec: Definition = {
        "host": "127.0.0.1",
        "port": server.port,
        "tls": False,
        "user": USER,
        "auth": {"secretRef": "env:GONGDAN_TEST_IMAP"},
        "folder": FOLDER,
        "from": "help@example.com",
        "poll_seconds": 5,
    }
    return {"apiVersion": "gongdan/v1", "kind": "Mailbox", "metadata": {"name": "help"}, "spec": spec | more}


def mail(number: int, body: str = "It is broken.") -> bytes:
    fields = f"From: c@example.com\r\nSubject: Pump {number}\r\nMessage-ID: <{number}@example.com>"
    return f"{fields}\r\n\r\n{body}\r\n".encode()


async def define(intake: Intake, document: Definition) -> None:
    answer = await intake.post("definitions", document)
    assert answer.status_code == 200, answer.text


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something to become true; the limit is far beyond what it takes."""
    async with asyncio.timeout(60):
        while not await condition():
            await asyncio.sleep(0.1)


async def until_kept(intake: Intake, count: int) -> None:
    async def enough() -> bool:
        return await intake.count("messages") >= count

    await until(enough)


async def subjects(intake: Intake) -> list[str]:
    return [said["subject"] for said in await intake.said("MessageReceived")]


@asynccontextmanager
async def reading(configured: IntakeSettings) -> AsyncIterator[None]:
    """A replica of intake that keeps mail of mailboxes."""
    service = build(configured, SystemClock())
    names = ("definitions", "definitions-refresh", "group-commit", "mailboxes")
    parts = [part for part in service.parts if part.name in names]
    for part in parts:
        await part.start()
    try:
        yield
    finally:
        for part in reversed(parts):
            await part.stop()
        await service.parts[0].stop()


async def test_mail_is_kept_once_and_flagged_and_new_mail_follows(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(1), mail(2))
    await define(intake, mailbox(server))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
        await asyncio.to_thread(server.put, mail(3))
        await until_kept(intake, 3)
    assert await subjects(intake) == ["Pump 1", "Pump 2", "Pump 3"]
    said = (await intake.said("MessageReceived"))[0]
    assert (said["source"], said["workspace"], said["external_id"]) == ("help@example.com", "support", "1@example.com")
    assert (await asyncio.to_thread(server.flags))[:2] == [SEEN, SEEN]


async def test_after_a_restart_reading_goes_on_where_it_stopped(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await define(intake, mailbox(server, after={"flag": False}))
    for number in (1, 2):
        await asyncio.to_thread(server.put, mail(number))
        async with reading(settings(database, tmp_path)):
            await until_kept(intake, number)
            await until_cursor(intake)
    assert await subjects(intake) == ["Pump 1", "Pump 2"]
    assert await intake.count("conflicts") == 0
    assert await asyncio.to_thread(server.flags) == [(), ()]


async def until_cursor(intake: Intake) -> None:
    async def moved() -> bool:
        """pymap counts from 101."""
        seen = await intake.count("messages") + await intake.count("quarantine")
        sql = "SELECT tidied_uid = last_uid AND last_uid % 100 >= $1 FROM mailbox_cursors"
        return bool(await intake.tables.fetchval(sql, seen))

    await until(moved)


async def test_a_folder_numbered_anew_is_read_again_without_doubles(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(1), mail(2))
    await define(intake, mailbox(server))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
    before = await intake.tables.fetchval("SELECT uidvalidity FROM mailbox_cursors")
    await asyncio.to_thread(server.number_anew)
    await asyncio.to_thread(server.put, mail(3))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 3)
        await until_cursor(intake)
    assert await intake.tables.fetchval("SELECT uidvalidity FROM mailbox_cursors") != before
    assert await subjects(intake) == ["Pump 1", "Pump 2", "Pump 3"]
    assert await intake.count("conflicts") == 0


async def test_an_unreadable_mail_is_set_aside_and_blocks_nothing(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(1), b"\xff\xfe no header, no mail\r\n", mail(2))
    await define(intake, mailbox(server))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
    row = await intake.tables.fetchrow("SELECT source, cause FROM quarantine")
    assert tuple(row or ()) == ("help@example.com", "no-header")


async def test_a_mail_over_the_limit_stays_in_the_mailbox_and_is_set_aside_by_its_beginning(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(1, "x" * 100_000), mail(2))
    await define(intake, mailbox(server))
    async with reading(settings(database, tmp_path).model_copy(update={"mail_bytes": 50_000})):
        await until_kept(intake, 1)
        await until_cursor(intake)
    row = await intake.tables.fetchrow("SELECT cause, size, detail FROM quarantine")
    assert row is not None
    assert (row["cause"], row["size"]) == ("too-large", imap_folder.HEAD_BYTES)
    assert "still in the mailbox help" in row["detail"]
    assert await asyncio.to_thread(server.flags) == [(), SEEN]


async def test_kept_mail_is_moved_where_the_definition_says(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(server.put, mail(1), mail(2))
    await define(intake, mailbox(server, after={"move_to": "Processed"}))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
        await until_cursor(intake)
    assert await asyncio.to_thread(server.flags) == []
    assert await asyncio.to_thread(server.flags, "Processed") == [SEEN, SEEN]


async def test_readers_follow_the_definitions(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    service = build(settings(database, tmp_path), SystemClock())
    names = ("definitions", "definitions-refresh", "group-commit", "mailboxes")
    parts = [part for part in service.parts if part.name in names]
    mailboxes = next(part for part in parts if isinstance(part, imap.Mailboxes))

    async def second_version() -> bool:
        return list(mailboxes._readers) == [("help", 2)]

    for part in parts:
        await part.start()
    await asyncio.to_thread(server.put, mail(1))
    await define(intake, mailbox(server))
    await until_kept(intake, 1)
    await define(intake, mailbox(server, **{"from": "other@example.com"}))
    await until(second_version)
    await asyncio.to_thread(server.put, mail(2))
    await until_kept(intake, 2)
    for part in reversed(parts):
        await part.stop()
    await service.parts[0].stop()
    assert [said["source"] for said in await intake.said("MessageReceived")] == [
        "help@example.com",
        "other@example.com",
    ]


async def test_of_two_replicas_one_reads_and_the_other_takes_over(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    await define(intake, mailbox(server))
    configured = settings(database, tmp_path)
    async with reading(configured):
        async with reading(configured):
            await asyncio.to_thread(server.put, mail(1))
            await until_kept(intake, 1)
            assert (
                await intake.tables.fetchval("SELECT count(DISTINCT holder) FROM leases WHERE name LIKE 'mailbox/%'")
                == 1
            )
        await asyncio.to_thread(server.put, mail(2))
        await until_kept(intake, 2)
    assert await intake.count("messages") == 2
    assert await intake.tables.fetchval("SELECT count(*) FROM leases WHERE name LIKE 'mailbox/%'") == 0


async def test_an_archive_is_kept_under_its_own_dates_and_nobody_hears_of_it(
    intake: Intake, server: ImapServer, database: str, tmp_path: Path
) -> None:
    dated = mail(1).replace(b"\r\n\r\n", b"\r\nDate: Sat, 04 Jul 2015 12:00:00 +0200\r\n\r\n", 1)
    await asyncio.to_thread(server.put, dated, mail(2))
    await define(intake, mailbox(server, archive_before="2999-01-01"))
    async with reading(settings(database, tmp_path)):
        await until_kept(intake, 2)
    rows = await intake.tables.fetch("SELECT headers FROM outbox WHERE type = 'MessageReceived' ORDER BY seq")
    told = [dict(json.loads(row["headers"])) for row in rows]
    assert [each["ce_mode"] for each in told] == ["import", "import"]
    assert told[0]["ce_time"] == "2015-07-04T10:00:00+00:00"


async def test_who_is_not_let_in_is_told_in_the_servers_own_words(server: ImapServer) -> None:
    account = ImapAccount(Mailbox.model_validate(mailbox(server)["spec"]), "another password")
    with pytest.raises(MailboxFault, match=rf"^the server does not let {USER} in: ") as refused:
        await asyncio.to_thread(account.connect)
    account.abort()
    assert refused.value.cause == "sign-in-refused"
    assert "b'" not in str(refused.value)
