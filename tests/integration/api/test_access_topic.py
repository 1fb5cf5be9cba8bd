"""What api says of credentials reaches intake: issued, revoked, ended; also when the log was lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from gongdan.api.adapters.credentials import PostgresCredentials
from gongdan.api.domain.accounts import NewCredential, Which
from gongdan.api.settings import ApiSettings
from gongdan.shared.access.chain import Entry
from gongdan.shared.access.credentials import KEY_PREFIX, digest_of, new_secret
from gongdan.shared.access.reader import AccessReader
from gongdan.shared.bus.relay import Relay
from gongdan.shared.clock import FakeClock, SystemClock
from gongdan.shared.contracts.access import CredentialIssued
from gongdan.shared.contracts.audit import AuditKind
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.session import Database
from gongdan.shared.errors import RetryLater
from tests.unit.shared.access.given import NOON


@dataclass
class Pair:
    """api's table with its relay, and intake's reader."""

    db: Database
    store: PostgresCredentials
    reader: AccessReader
    clock: FakeClock

    async def issue(self, days: int = 1) -> str:
        """A key; returns its digest."""
        digest, now = digest_of(new_secret(KEY_PREFIX)), self.clock.now()
        issued = CredentialIssued(
            digest=digest, kind="key", actor="key:erp", roles=("partner",), issued_at=now, ends_at=now + timedelta(days)
        )
        await self.store.issue(NewCredential(uuid4(), "erp", issued, "agent:ann"), self.entry("key_issued"))
        return digest

    async def revoke(self, digest: str) -> None:
        """Take it out of force."""
        await self.store.revoke(Which(digest=digest), self.entry("key_revoked"))

    def entry(self, kind: AuditKind) -> Entry:
        """For the audit."""
        return Entry(self.clock.now(), "agent:ann", kind, "erp")


def settings(url: str, bootstrap: str, folder: Path) -> ApiSettings:
    """For the embedded servers."""
    return ApiSettings(
        database_url=url,
        kafka_bootstrap=bootstrap,
        kafka_idempotence=False,
        kafka_in_memory=True,
        kafka_fetch_wait_ms=20,
        admin_token=SecretStr("token"),
        blobs_dir=folder,
    )


@asynccontextmanager
async def running(url: str, bootstrap: str, folder: Path) -> AsyncIterator[Pair]:
    """Both, started."""
    clock = FakeClock(NOON)
    known = settings(url, bootstrap, folder)
    db = Database(url, "api", "gongdan.api.migrations")
    store = PostgresCredentials(db, clock)
    parts = (db, Relay("api", db, known, recover={Topic.ACCESS: store.tell_all}), AccessReader(known, clock))
    for part in parts:
        await part.start()
    yield Pair(db, store, parts[2], clock)
    for part in reversed(parts):
        await part.stop()


@pytest.fixture
async def pair(fresh_database: str, own_broker: str, tmp_path: Path) -> AsyncIterator[Pair]:
    """Both, on servers of their own."""
    async with running(fresh_database, own_broker, tmp_path) as started:
        yield started


async def until(what: Callable[[], Awaitable[bool]]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(60):
        while not await what():
            await asyncio.sleep(0.05)


async def test_a_key_is_known_at_once_and_out_of_force_as_soon_as_it_is_revoked(pair: Pair) -> None:
    digest = await pair.issue()

    async def is_in_force() -> bool:
        try:
            return await pair.reader.find(digest) is not None
        except RetryLater:
            return False

    async def is_not() -> bool:
        return not await is_in_force()

    await until(is_in_force)
    await pair.revoke(digest)
    await until(is_not)


async def test_whoever_starts_later_knows_the_same(pair: Pair) -> None:
    kept, revoked = await pair.issue(), await pair.issue()
    await pair.revoke(revoked)
    late = AccessReader(pair.reader.settings, pair.clock)
    await late.start()

    async def is_known() -> bool:
        return kept in late._held and late._held.get(revoked, kept) is None

    await until(is_known)
    assert await late.find(kept) is not None
    assert await late.find(revoked) is None
    await late.stop()


async def test_after_the_log_was_lost_all_is_told_again_and_nothing_revoked_comes_back(pair: Pair) -> None:
    kept, revoked = await pair.issue(), await pair.issue()
    await pair.revoke(revoked)
    async with pair.db.transaction() as unit:
        await pair.store.tell_all(unit)
        told = [(row.key, row.type) for row in unit.rows]
    assert sorted(told) == sorted([(kept, "CredentialIssued"), (revoked, "CredentialRevoked")])


async def test_what_ended_is_let_go_of_everywhere(pair: Pair) -> None:
    digest = await pair.issue()
    pair.clock.at += timedelta(days=2)
    await pair.store.prune()
    assert await pair.store.find(digest) is None
    async with pair.db.transaction() as unit:
        rows = await unit.all("SELECT type, payload FROM outbox ORDER BY seq DESC LIMIT 1")
    assert [(row.type, row.payload) for row in rows] == [("CredentialEnded", None)]


async def test_without_kafka_nobody_can_say_that_a_key_is_not_in_force(tmp_path: Path) -> None:
    away = settings("postgresql+asyncpg://nobody@127.0.0.1:1/none", "127.0.0.1:1", tmp_path)
    reader = AccessReader(away, SystemClock())
    await reader.start()
    with pytest.raises(RetryLater):
        await reader.find(digest_of("anything"))
    await reader.stop()
