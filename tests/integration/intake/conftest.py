"""Intake on a real PostgreSQL, asked through its application; Kafka is away unless a test brings it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from gongdan.intake.app import build
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.clock import FakeClock
from gongdan.shared.embedded.postgres import Postgres
from gongdan.shared.service import Service
from tests.integration.intake.desk import SECRET, TOKEN, Intake
from tests.kit.databases import database_on

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def settings(database_url: str, folder: Path, bootstrap: str = "127.0.0.1:1") -> IntakeSettings:
    """Settings for the embedded servers."""
    return IntakeSettings.model_validate(
        {
            "database_url": database_url,
            "kafka_bootstrap": bootstrap,
            "kafka_idempotence": False,
            "kafka_fetch_wait_ms": 20,
            "kafka_in_memory": True,
            "signing_key": "a key for tests",
            "admin_token": TOKEN,
            "blobs_dir": folder / "blobs",
            "smtp_port": 0,
        }
    )


@pytest.fixture(scope="session")
def template(postgres_server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database as intake leaves it after its first start; copying it is quicker than starting."""
    name = f"template_{uuid4().hex[:16]}"

    async def make() -> None:
        admin = await asyncpg.connect(postgres_server.url("postgresql", "postgres"))
        await admin.execute(f'CREATE DATABASE "{name}"')
        service = build(settings(postgres_server.url(database=name), tmp_path_factory.mktemp("x")), FakeClock(NOW))
        async with started(service, ("database", "definitions")):
            pass
        await admin.close()

    asyncio.run(make())
    return name


@pytest.fixture
async def database(postgres_server: Postgres, template: str) -> AsyncIterator[str]:
    """The address of a database of this test's own, with intake's tables and the default definitions."""
    async with database_on(postgres_server, template) as url:
        yield url


@asynccontextmanager
async def scanning(database: str, folder: Path, scanner: str | None) -> AsyncIterator[Intake]:
    """An intake that has files looked at."""
    clock = FakeClock(NOW)
    service = build(settings(database, folder).model_copy(update={"clamav": scanner}), clock)
    async with started(service, ("database", "definitions", "group-commit")), Intake.of(service, clock, database) as it:
        yield it


@asynccontextmanager
async def started(service: Service, names: Sequence[str]) -> AsyncIterator[None]:
    """Some parts of a service, for a while."""
    async with AsyncExitStack() as stack:
        for part in service.parts:
            if part.name in names:
                await part.start()
                stack.push_async_callback(part.stop)
        yield


@pytest.fixture
async def intake(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Intake]:
    """Intake without its relay: what is accepted stays in the outbox, where tests look at it."""
    monkeypatch.setenv("GONGDAN_EXAMPLE_SOURCE_SECRET", SECRET.decode())
    clock = FakeClock(NOW)
    service = build(settings(database, tmp_path), clock)
    async with started(service, ("definitions", "group-commit")), Intake.of(service, clock, database) as desk:
        yield desk
    await service.parts[0].stop()
