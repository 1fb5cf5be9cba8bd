"""api as callers meet it: a real database behind it, a real HTTP server before it; only Kafka is left out."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.app import build
from gongdan.api.handlers.projecting import Handlers
from gongdan.api.settings import ApiSettings
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.service import Part, Service, http_server
from tests.kit.clients import client_of
from tests.ports import free_port

TOKEN = "token-of-this-test"
WITHOUT_KAFKA = {"database", "denials", "messages", "changes", "wakeups"}


@dataclass(frozen=True)
class Live:
    """A running api. `client` sends the token, `stranger` nothing."""

    service: Service
    client: httpx.AsyncClient
    stranger: httpx.AsyncClient
    blobs: Path

    @property
    def database(self) -> Database:
        """The service's database."""
        return next(part for part in self.service.parts if isinstance(part, Database))

    @property
    def definitions(self) -> DefinitionsReader:
        """What holds the definitions in force."""
        return next(part for part in self.service.parts if isinstance(part, DefinitionsReader))

    async def tell(self, *events: Event) -> None:
        """Project events as one batch that has just been consumed."""
        await project(self.database, events)


async def project(database: Database, events: Sequence[Event]) -> None:
    """What any replica does with a batch."""
    async with database.transaction() as unit:
        await Handlers(PostgresReadModels()).on_batch(unit, events)


@asynccontextmanager
async def running(database_url: str, folder: Path, **more: Any) -> AsyncIterator[Live]:
    """Start api on a free port, with more settings where they are given."""
    usual: dict[str, Any] = {
        "database_url": database_url,
        "kafka_bootstrap": "127.0.0.1:1",
        "http_port": free_port(),
        "admin_token": SecretStr(TOKEN),
        "blobs_dir": folder / "blobs",
    }
    settings = ApiSettings.model_validate(usual | more)
    service = build(settings, SystemClock())
    parts = [part for part in service.parts if part.name in WITHOUT_KAFKA]
    for part in parts:
        await part.start()
    service.health.ready()
    async with _serving(service) as address:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with (
            client_of(address, headers) as client,
            client_of(address) as stranger,
        ):
            yield Live(service, client, stranger, folder / "blobs")
    await _stop(parts)


@asynccontextmanager
async def _serving(service: Service) -> AsyncIterator[str]:
    server = http_server(service)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{server.config.port}"
    service.health.stopping.set()
    server.should_exit = True
    await task


async def _stop(parts: Sequence[Part]) -> None:
    for part in reversed(parts):
        await part.stop()
