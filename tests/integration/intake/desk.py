"""Intake as tests see it: its doors, and its tables."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from gongdan.intake.domain.verification.standard import standard_key, standard_signature
from gongdan.shared.clock import FakeClock
from gongdan.shared.service import Service

TOKEN = "a-token-for-tests"
SECRET = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Intake:
    """`http` is signed in, `public` is not."""

    service: Service
    clock: FakeClock
    http: httpx.AsyncClient
    public: httpx.AsyncClient
    tables: asyncpg.Connection

    @classmethod
    @asynccontextmanager
    async def of(cls, service: Service, clock: FakeClock, database_url: str) -> AsyncIterator["Intake"]:
        """A desk for a service whose parts were started."""
        transport = httpx.ASGITransport(service.app)
        tables = await asyncpg.connect(database_url.replace("+asyncpg", ""), server_settings={"search_path": "intake"})
        async with (
            httpx.AsyncClient(transport=transport, base_url="http://intake") as public,
            httpx.AsyncClient(
                transport=transport, base_url="http://intake", headers={"Authorization": f"Bearer {TOKEN}"}
            ) as http,
        ):
            yield cls(service, clock, http, public, tables)
        await tables.close()

    async def post(self, path: str, body: object, **headers: str) -> httpx.Response:
        """A signed-in request with a JSON body; header names with `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.post(f"/intake/v1/{path}", json=body, headers=sent)

    async def webhook(self, body: object, webhook_id: str = "msg_1", source: str = "example") -> httpx.Response:
        """A webhook signed with the example's secret."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        at = str(int(self.clock.at.timestamp()))
        headers = {
            "webhook-id": webhook_id,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{standard_signature(standard_key(SECRET), webhook_id, at, raw)}",
        }
        return await self.public.post(f"/intake/v1/hooks/{source}", content=raw, headers=headers)

    async def said(self, event_type: str) -> list[Json]:
        """The payloads of all events of a type in the outbox, oldest first."""
        rows = await self.tables.fetch("SELECT payload FROM outbox WHERE type = $1 ORDER BY seq", event_type)
        return [json.loads(row["payload"]) for row in rows]

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(await self.tables.fetchval(f'SELECT count(*) FROM "{table}"'))  # noqa: S608 - a name in a test


def accepted(answer: httpx.Response) -> UUID:
    """The id of an accepted message."""
    assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
    assert answer.headers["location"] == f"/v1/messages/{answer.json()['message_id']}"
    return UUID(answer.json()["message_id"])


def refused(answer: httpx.Response, status: int) -> Sequence[str]:
    """The fields that a problem document names."""
    assert answer.status_code == status, f"{answer.status_code} {answer.text}"
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert all(item["detail"] and item["cure"] for item in body.get("errors", []))
    return [item["field"] for item in body.get("errors", [])]


def hmac_of(secret: bytes, body: bytes) -> str:
    """The hex HMAC of a body."""
    return hmac.new(secret, body, hashlib.sha256).hexdigest()
