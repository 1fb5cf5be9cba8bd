"""How many mails a second intake reads from a mailbox: a backlog in a Dovecot on this machine, kept in PostgreSQL.

    python -m tests.bench.imap [--mails 20000] [--runs 5] [--profile FILE]

Counted is the time from the start of reading to the last mail's commit, and the seconds that this process and those
that read for it had a processor.
Kafka is left out: messages go to the outbox. Needs Dovecot (`make dovecot`).
"""

import argparse
import asyncio
import cProfile
import os
import statistics
import tempfile
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from gongdan.intake.adapters.imap import Mailboxes
from gongdan.intake.adapters.mail_readers import MailReaders
from gongdan.intake.app import build
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.clock import SystemClock
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.db.session import Database
from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.service import Service, uvicorn_loop
from tests.integration.intake.imap_servers import PASSWORD, USER, dovecot, dovecot_command, running
from tests.ports import free_port

BAR = 800
TOKEN = "a-token-for-the-bench"
HEAD = """Return-Path: <customer{0}@example.com>
Received: from mx.example.com (mx.example.com [192.0.2.7]) by mail.example.com with ESMTPS id {0};
\tMon, 02 Mar 2026 09:30:00 +0800
Authentication-Results: mail.example.com; dkim=pass header.d=example.com; spf=pass; dmarc=pass
From: =?utf-8?b?5a6i5oi3?= {0} <customer{0}@example.com>
To: Support <support@example.com>
Subject: =?utf-8?q?Pump_{0}_is_broken?=
Date: Mon, 02 Mar 2026 09:29:58 +0800
Message-ID: <{0}.pump@example.com>
MIME-Version: 1.0
"""
LINE = "The pump on the second floor makes a noise and the pressure is too low since this morning. 压力太低。\n"
QUOTE = "\nOn Fri, 27 Feb 2026 at 10:00, Support wrote:\n> We have looked at it.\n> Please try again.\n"
PLAIN = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + LINE * 10 + QUOTE
HTML = (
    "Content-Type: text/html; charset=utf-8\n\n<html><body>"
    + "".join(f"<p style='color: #333'>{LINE}</p>" for _ in range(20))
    + "<blockquote type='cite'>before</blockquote></body></html>\n"
)
BOTH = f'Content-Type: multipart/alternative; boundary="b"\n\n--b\n{PLAIN}\n--b\n{HTML}\n--b--\n'
FILE = b64encode(bytes(range(256)) * 24).decode()
ATTACHED = (
    f'Content-Type: multipart/mixed; boundary="m"\n\n--m\n{PLAIN}\n--m\nContent-Type: image/png; name="pump.png"\n'
    f'Content-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="pump.png"\n\n{FILE}\n--m--\n'
)
KINDS = (PLAIN, PLAIN, BOTH, BOTH, BOTH, ATTACHED)


def mail(number: int) -> bytes:
    """A typical mail, one after the other of several kinds."""
    return (HEAD.format(number) + KINDS[number % len(KINDS)]).replace("\n", "\r\n").encode()


def fill(folder: Path, count: int) -> None:
    """A backlog, put where Dovecot keeps it."""
    inbox = folder / "home" / USER / "mail"
    owner = (folder / "home").stat()
    for each in (inbox / "new", inbox / "cur", inbox / "tmp"):
        each.mkdir(parents=True)
    for number in range(count):
        path = inbox / "cur" / f"{1772400000 + number}.M1P1.bench:2,"
        path.write_bytes(mail(number))
        os.chown(path, owner.st_uid, owner.st_gid)
    for each in (inbox.parent, inbox, inbox / "new", inbox / "cur", inbox / "tmp"):
        os.chown(each, owner.st_uid, owner.st_gid)


def backlog(folder: Path, port: int, count: int) -> list[str]:
    """Dovecot with mails that wait; how to start it."""
    folder.chmod(0o755)
    (folder / "mail").mkdir(mode=0o755)
    command = dovecot_command(port, folder / "mail")
    fill(folder / "mail", count)
    return command


def settings(url: str, folder: Path) -> IntakeSettings:
    """Intake alone: Kafka is nowhere."""
    told = {"kafka_bootstrap": "127.0.0.1:1", "signing_key": "k", "admin_token": TOKEN, "smtp_port": 0}
    return IntakeSettings.model_validate(told | {"database_url": url, "blobs_dir": folder / "blobs"})


async def define(service: Service, port: int) -> None:
    """The mailbox."""
    spec = {
        "host": "127.0.0.1",
        "port": port,
        "tls": False,
        "user": USER,
        "auth": {"secretRef": "env:GONGDAN_BENCH_IMAP"},
    }
    document = {"kind": "Mailbox", "metadata": {"name": "bench"}, "spec": spec | {"from": "support@example.com"}}
    transport = httpx.ASGITransport(service.app)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://intake", headers=headers) as client:
        answer = await client.post("/intake/v1/definitions", json={"apiVersion": "gongdan/v1"} | document)
    answer.raise_for_status()


async def kept(db: Database) -> int:
    """How many mails are messages."""
    return int((await db.at_once("SELECT count(*) AS n FROM messages"))[0].n)


async def forget(db: Database, blobs: Path) -> None:
    """As if nothing had been read yet."""
    await db.at_once("TRUNCATE messages, conflicts, mailbox_cursors, outbox")
    await asyncio.to_thread(put_aside, blobs)


def put_aside(blobs: Path) -> None:
    """All blobs go out of the way rather than away.

    For some minutes, ext4 passes over the places of deleted files one by one whenever a file is made, which would be
    the most expensive part of it all.
    """
    aside = Path(tempfile.mkdtemp(dir=blobs.parent))
    for folder in blobs.glob("??"):
        folder.rename(aside / folder.name)


def processor(service: Service) -> float:
    """Seconds that this process and those that read mails had a processor."""
    readers = next(part for part in service.parts if isinstance(part, MailReaders))
    stats = [Path(f"/proc/{each.pid}/stat").read_text().rpartition(") ")[2].split() for each in readers._all]
    ticks = sum(int(stat[11]) + int(stat[12]) for stat in stats)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


async def measured(service: Service, blobs: Path, count: int) -> tuple[float, float]:
    """Mails a second, and milliseconds of processor for each."""
    db = next(part for part in service.parts if isinstance(part, Database))
    mailboxes = next(part for part in service.parts if isinstance(part, Mailboxes))
    await forget(db, blobs)
    begun, busy = time.perf_counter(), processor(service)
    await mailboxes.start()
    while (found := await kept(db)) < count:
        await asyncio.sleep(0.2)
    took, used = time.perf_counter() - begun, processor(service) - busy
    await mailboxes.stop()
    return found / took, used / found * 1000


@asynccontextmanager
async def intake(folder: Path) -> AsyncIterator[Service]:
    """What keeping mail needs of intake, on a PostgreSQL of its own."""
    server = Postgres(open_data_dir(folder / "data"), free_port())
    await server.start()
    while not await server.ready():
        await asyncio.sleep(0.05)
    service = build(settings(server.url("postgresql+asyncpg"), folder), SystemClock())
    names = ("database", "definitions", "group-commit", "mail-readers")
    parts = [part for part in service.parts if part.name in names]
    for part in parts:
        await part.start()
    yield service
    for part in reversed(parts):
        await part.stop()
    await server.stop(5)


async def main(arguments: argparse.Namespace) -> None:
    """One line."""
    os.environ["GONGDAN_BENCH_IMAP"] = PASSWORD
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        command = backlog(folder, port, arguments.mails)
        async with running(command, port), intake(folder) as service:
            look_for_cycles_seldom()
            await define(service, port)
            found = [await measured(service, folder / "blobs", arguments.mails) for _ in range(arguments.runs)]
    rates, costs = zip(*found, strict=True)
    rate, cost = statistics.median(rates), statistics.median(costs)
    print(f"imap backlog: {rate:.0f} mails/s (bar {BAR}), {cost:.2f} ms of processor each, median of {len(found)}")


def arguments_of() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", default="")
    return parser.parse_args()


if __name__ == "__main__":
    asked = arguments_of()
    if dovecot() is None:
        raise SystemExit("Dovecot is not installed; `make dovecot` does that")
    profile = cProfile.Profile() if asked.profile else None
    if profile:
        profile.enable()
    with uvicorn_loop() as runner:
        runner.run(main(asked))
    if profile:
        profile.disable()
        profile.dump_stats(asked.profile)
