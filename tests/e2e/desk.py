"""A help desk from outside: what customers, partners and agents do to a running installation, over its real doors."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import aiosmtplib
import httpx

from gongdan.shared.embedded.stack import Stack

Json = dict[str, Any]

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
REVISION = re.compile(r"^gongdan_definitions_revision\{[^}]*\} ([0-9.e+]+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Desk:
    """Talks to a stack through its front door. Methods named after channels return the message's id."""

    stack: Stack
    http: httpx.AsyncClient

    @classmethod
    def of(cls, stack: Stack) -> "Desk":
        """A desk for a stack that runs."""
        http = httpx.AsyncClient(base_url=stack.front_url, timeout=90, trust_env=False)
        return cls(stack, http)

    @property
    def admin(self) -> dict[str, str]:
        """The administrator's header."""
        return {"Authorization": f"Bearer {self.stack.admin_token}"}

    async def get(self, path: str, **query: str | int) -> Json:
        """A read that must succeed."""
        answer = await self.http.get(path, params=query, headers=self.admin)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text}"
        return dict(answer.json())

    async def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """A write, answered as it is."""
        return await self.http.post(path, json=body, headers={**self.admin, **(headers or {})})

    async def message(self, body: Json, key: str | None = None) -> UUID:
        """An API message."""
        answer = await self.post("/intake/v1/messages", body, {"Idempotency-Key": key} if key else None)
        return accepted(answer)

    async def form(self, answers: Mapping[str, str], form: str = "contact", file: bytes | None = None) -> UUID:
        """A public form submission, with a file where given."""
        path = f"/intake/v1/forms/{form}/submissions"
        files = {"file": ("photo.png", file, "image/png")} if file else None
        answer = (
            await self.http.post(path, data=dict(answers), files=files)
            if files
            else await self.http.post(path, json=dict(answers))
        )
        return accepted(answer)

    async def call(self, body: Json) -> UUID:
        """A phone log."""
        return accepted(await self.post("/intake/v1/calls", body))

    async def webhook(self, source: str, payload: Json, secret: str, webhook_id: str | None = None) -> UUID:
        """A signed webhook (Standard Webhooks)."""
        body = json.dumps(payload).encode()
        headers = signed(body, secret, webhook_id or f"msg_{uuid4().hex}", int(time.time()))
        answer = await self.http.post(f"/intake/v1/hooks/{source}", content=body, headers=headers)
        return accepted(answer)

    async def mail(self, message: EmailMessage) -> None:
        """A mail to the SMTP receiver."""
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.stack.ports.smtp)

    async def command(self, ticket: str, **command: object) -> UUID:
        """What an agent does."""
        return accepted(await self.post(f"/intake/v1/tickets/{ticket}/commands", command))

    async def define(self, *documents: Json) -> None:
        """Apply definitions, and wait until every service has them in force."""
        answer = await self.post("/intake/v1/definitions", list(documents))
        assert answer.status_code in {200, 202}, answer.text
        await self.in_force(answer.json()["revision"])

    async def in_force(self, revision: int) -> None:
        """Wait until every service has definitions of this revision or a later one."""
        async with asyncio.timeout(60):
            for service in SERVICES:
                while await self._revision(service) < revision:
                    await asyncio.sleep(0.05)

    async def _revision(self, service: str) -> float:
        """That of the definitions which a service has."""
        found = REVISION.search((await self.http.get(f"{self.stack.url(service)}/metrics")).text)
        return float(found[1]) if found else 0

    async def undefine(self, kind: str, name: str) -> None:
        """Delete a definition, and wait until that can be read."""
        answer = await self.http.delete(f"/intake/v1/definitions/{kind}/{name}", headers=self.admin)
        assert answer.status_code < 300, answer.text
        async with asyncio.timeout(60):
            while (await self.http.get(f"/v1/definitions/{kind}/{name}", headers=self.admin)).status_code != 404:
                await asyncio.sleep(0.05)

    async def outcome(self, message: UUID, wait: int = 50) -> Json:
        """What became of a message."""
        return await self.get(f"/v1/messages/{message}", wait=wait)

    async def applied(self, message: UUID) -> Json:
        """The outcome of a message that must have been applied."""
        outcome = await self.outcome(message)
        assert outcome["status"] == "applied", outcome
        return outcome

    async def caught(self, to: str, count: int = 1, seconds: float = 60) -> list[Json]:
        """Mails that went out to an address, once there are `count`."""
        async with asyncio.timeout(seconds):
            while True:
                answer = await self.http.get("/mail.json", params={"to": to, "limit": 200})
                mails = list(answer.json()["mails"])
                if len(mails) >= count:
                    return mails
                await asyncio.sleep(0.1)

    async def ticket_of(self, requester: str) -> Json:
        """The one ticket of a requester, once it can be read."""
        async with asyncio.timeout(60):
            while not (found := (await self.get("/v1/tickets", requester=requester))["items"]):
                await asyncio.sleep(0.1)
        assert len(found) == 1
        return dict(found[0])


def accepted(answer: httpx.Response) -> UUID:
    """The id of an accepted message."""
    assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
    return UUID(answer.json()["message_id"])


def signed(body: bytes, secret: str, webhook_id: str, timestamp: int) -> dict[str, str]:
    """Standard Webhooks headers. Source: Standard Webhooks 1.0.0, section Signature scheme."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{webhook_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
        "content-type": "application/json",
    }


def mail(sender: str, subject: str, text: str, to: str = "support@gongdan.localhost") -> EmailMessage:
    """A plain mail with a Message-ID of its own."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = f"<{uuid4().hex}@example.com>"
    message.set_content(text)
    return message
