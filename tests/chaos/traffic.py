"""A steady stream of messages over every channel, each sent until it is accepted, each known by a key of its own.

Every sender behaves as a good one does in the field: the same message again, under the same key, until the
other side says that it is kept.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from uuid import UUID

import aiosmtplib
import httpx

from tests.e2e.desk import Desk, signed

Sender = Callable[[int], Awaitable[None]]
RETRY_SECONDS = 0.2
AWAY = (httpx.HTTPError, aiosmtplib.SMTPException, OSError, asyncio.TimeoutError)


class NotKept(Exception):
    """The other side did not say that it kept the message."""


@dataclass(slots=True)
class Traffic:
    """What was sent. `requesters` maps each address that wrote to how often it should be acknowledged."""

    desk: Desk
    secret: str
    accepted: dict[int, UUID] = field(default_factory=dict)
    mailed: dict[int, str] = field(default_factory=dict)
    stop_at: int = 3_000
    workers: int = 12

    async def run(self) -> None:
        """Send messages 0 … stop_at - 1, the channels in turn."""
        numbers = iter(range(self.stop_at))
        await asyncio.gather(*(self._work(numbers) for _ in range(self.workers)))

    @property
    def sent(self) -> int:
        """How many were accepted so far."""
        return len(self.accepted) + len(self.mailed)

    async def until(self, count: int) -> None:
        """Wait until so many were accepted."""
        while self.sent < count:
            await asyncio.sleep(0.02)

    async def _work(self, numbers: Iterator[int]) -> None:
        channels: tuple[Sender, ...] = (self.api, self.form, self.call, self.webhook, self.mail)
        for number in numbers:
            await self._until_kept(channels[number % len(channels)], number)

    async def _until_kept(self, send: Sender, number: int) -> None:
        while True:
            try:
                return await send(number)
            except (*AWAY, NotKept):
                await asyncio.sleep(RETRY_SECONDS)

    async def api(self, number: int) -> None:
        """An API message."""
        body = {"requester": {"email": address(number)}, "subject": f"Number {number}", "text": "by API"}
        headers = {**self.desk.admin, "Idempotency-Key": f"chaos-{number}"}
        answer = await self.desk.http.post("/intake/v1/messages", json=body, headers=headers)
        self._keep(number, answer)

    async def form(self, number: int) -> None:
        """A form submission, made repeatable by its key."""
        answers = {"email": address(number), "name": "A person", "subject": f"Number {number}", "message": "by form"}
        headers = {"Idempotency-Key": f"chaos-{number}"}
        answer = await self.desk.http.post("/intake/v1/forms/contact/submissions", json=answers, headers=headers)
        self._keep(number, answer)

    async def call(self, number: int) -> None:
        """A phone log."""
        body = {
            "call_id": f"chaos-{number}",
            "from": f"+1415555{number:04d}",
            "subject": f"Number {number}",
            "notes": "call",
        }
        answer = await self.desk.post("/intake/v1/calls", body, {"Idempotency-Key": f"chaos-{number}"})
        self._keep(number, answer)

    async def webhook(self, number: int) -> None:
        """A signed webhook."""
        content = json.dumps({"subject": f"Number {number}", "body": "by webhook", "email": address(number)}).encode()
        headers = signed(content, self.secret, f"msg_chaos{number}", int(time.time()))
        answer = await self.desk.http.post("/intake/v1/hooks/example", content=content, headers=headers)
        self._keep(number, answer)

    async def mail(self, number: int) -> None:
        """A mail by SMTP."""
        message = EmailMessage()
        message["From"], message["To"] = address(number), "support@gongdan.localhost"
        message["Subject"], message["Message-ID"] = f"Number {number}", f"<chaos-{number}@example.com>"
        message.set_content("by mail")
        await aiosmtplib.send(message, hostname="127.0.0.1", port=self.desk.stack.ports.smtp, timeout=20)
        self.mailed[number] = f"chaos-{number}@example.com"

    def _keep(self, number: int, answer: httpx.Response) -> None:
        if answer.status_code in {429, 502, 503, 504}:
            raise NotKept(answer.text)
        assert answer.status_code == 202, f"{answer.status_code} {answer.text}"
        self.accepted[number] = UUID(answer.json()["message_id"])


def address(number: int) -> str:
    """The address of the customer who sends message `number`."""
    return f"customer-{number}@example.com"
