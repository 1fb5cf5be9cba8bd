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

import aiohttp
import aiosmtplib

from gongdan.shared.embedded.stack import Stack
from tests.chaos.mailbox import Mailbox
from tests.e2e.desk import signed

Sender = Callable[[aiohttp.ClientSession, int], Awaitable[None]]
PATIENCE = aiohttp.ClientTimeout(total=30)
RETRY_SECONDS = 0.2
CHANNELS = ("api", "form", "call", "webhook", "smtp", "imap")
ANSWERED = frozenset({"api", "form", "smtp", "imap"})
YAML = {"Content-Type": "application/yaml"}
AWAY = (aiohttp.ClientError, aiosmtplib.SMTPException, OSError, asyncio.TimeoutError)


class NotKept(Exception):
    """The other side did not say that it kept the message."""


@dataclass(slots=True)
class Traffic:
    """What was sent, and what was accepted of it: message ids by number, and the numbers of mails."""

    stack: Stack
    secret: str
    mailbox: Mailbox
    accepted: dict[int, UUID] = field(default_factory=dict)
    mailed: set[int] = field(default_factory=set)
    stop_at: int = 3_000
    workers: int = 12

    async def run(self) -> None:
        """Send messages 0 … stop_at - 1, the channels in turn."""
        numbers = iter(range(self.stop_at))
        async with aiohttp.ClientSession(self.stack.front_url, timeout=PATIENCE) as http:
            await self._open_doors(http)
            await asyncio.gather(*(self._work(http, numbers) for _ in range(self.workers)))

    @property
    def sent(self) -> int:
        """How many were accepted so far."""
        return len(self.accepted) + len(self.mailed)

    async def until(self, count: int) -> None:
        """Wait until so many were accepted."""
        while self.sent < count:
            await asyncio.sleep(0.02)

    @property
    def acknowledged(self) -> set[str]:
        """Who is to hear that the message arrived: all who wrote by API, form or mail."""
        return {address(number) for number in range(self.stop_at) if channel_of(number) in ANSWERED}

    async def _open_doors(self, http: aiohttp.ClientSession) -> None:
        """All submissions come from one address here, which a form takes for somebody who floods it."""
        admin = {"Authorization": f"Bearer {self.stack.admin_token}"}
        async with http.get("/v1/definitions/Form/contact?workspace=support", headers=admin) as answer:
            form = (await answer.json())["document"]
        form["spec"]["guard"] = {"per_minute": 10_000}
        form["metadata"].pop("version", None)
        documents = "\n---\n".join(map(json.dumps, (form, self.mailbox.definition)))
        async with http.post("/intake/v1/definitions", data=documents, headers=admin | YAML) as answer:
            assert answer.status == 200, await answer.text()

    async def _work(self, http: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
        senders: dict[str, Sender] = {
            "api": self.api,
            "form": self.form,
            "call": self.call,
            "webhook": self.webhook,
            "smtp": self.smtp,
            "imap": self.imap,
        }
        for number in numbers:
            await self._until_kept(senders[channel_of(number)], http, number)

    async def _until_kept(self, send: Sender, http: aiohttp.ClientSession, number: int) -> None:
        while True:
            try:
                return await send(http, number)
            except (*AWAY, NotKept):
                await asyncio.sleep(RETRY_SECONDS)

    async def api(self, http: aiohttp.ClientSession, number: int) -> None:
        """An API message."""
        body = {"requester": {"email": address(number)}, "subject": f"Number {number}", "text": "by API"}
        await self._post(http, number, "messages", json.dumps(body).encode(), self._admin(number))

    async def form(self, http: aiohttp.ClientSession, number: int) -> None:
        """A form submission, made repeatable by its key."""
        answers = {"email": address(number), "name": "A person", "subject": f"Number {number}", "message": "by form"}
        headers = {"Idempotency-Key": f"chaos-{number}"}
        await self._post(http, number, "forms/contact/submissions", json.dumps(answers).encode(), headers)

    async def call(self, http: aiohttp.ClientSession, number: int) -> None:
        """A phone log."""
        body = {
            "call_id": f"chaos-{number}",
            "from": f"+1415555{number:04d}",
            "subject": f"Number {number}",
            "notes": "call",
        }
        await self._post(http, number, "calls", json.dumps(body).encode(), self._admin(number))

    async def webhook(self, http: aiohttp.ClientSession, number: int) -> None:
        """A signed webhook."""
        content = json.dumps({"subject": f"Number {number}", "body": "by webhook", "email": address(number)}).encode()
        headers = signed(content, self.secret, f"msg_chaos{number}", int(time.time()))
        await self._post(http, number, "hooks/example", content, headers)

    async def smtp(self, _: aiohttp.ClientSession, number: int) -> None:
        """A mail to our receiver."""
        await aiosmtplib.send(mail(number), hostname="127.0.0.1", port=self.stack.ports.smtp, timeout=60)
        self.mailed.add(number)

    async def imap(self, _: aiohttp.ClientSession, number: int) -> None:
        """A mail to a mailbox that we read."""
        await self.mailbox.put(mail(number).as_bytes())
        self.mailed.add(number)

    def _admin(self, number: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.stack.admin_token}", "Idempotency-Key": f"chaos-{number}"}

    async def _post(
        self, http: aiohttp.ClientSession, number: int, path: str, content: bytes, headers: dict[str, str]
    ) -> None:
        told = {"Content-Type": "application/json", **{name.title(): value for name, value in headers.items()}}
        async with http.post(f"/intake/v1/{path}", data=content, headers=told) as answer:
            said = await answer.text()
        if answer.status in {429, 502, 503, 504}:
            raise NotKept(said)
        assert answer.status == 202, f"{answer.status} {said}"
        self.accepted[number] = UUID(json.loads(said)["message_id"])


def address(number: int) -> str:
    """The address of the customer who sends message `number`."""
    return f"customer-{number}@example.com"


def channel_of(number: int) -> str:
    """The channel that message `number` goes by."""
    return CHANNELS[number % len(CHANNELS)]


def mail(number: int) -> EmailMessage:
    """Message `number` as a mail."""
    message = EmailMessage()
    message["From"], message["To"] = address(number), "support@gongdan.localhost"
    message["Subject"], message["Message-ID"] = f"Number {number}", f"<chaos-{number}@example.com>"
    message.set_content("by mail")
    return message
