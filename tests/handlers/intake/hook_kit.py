"""Intake's door for webhooks behind a real socket, with fakes behind it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from starlette.applications import Starlette

from gongdan.intake.domain.mail.inboxes import Directory, directory_of
from gongdan.intake.domain.mail.message import RawMail
from gongdan.intake.handlers.hooks import Hooks
from gongdan.intake.handlers.posted_mail import PostedMails
from gongdan.intake.handlers.proving import Proving
from gongdan.intake.handlers.taking import Taking
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.quarantine import SetAside
from gongdan.intake.routes.hooks import Held, doors
from gongdan.shared import problems
from gongdan.shared.clock import FakeClock
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import Complaint, FixInput, RetryLater
from gongdan.shared.http_bounds import BoundedProtocol
from gongdan.shared.ids import derived_id
from tests.handlers.intake.fakes import FakeAcceptor, FakeBlobs, FakeDefinitions, FakeQuarantine
from tests.kit.clients import client_of
from tests.kit.http_server import served
from tests.kit.partners import Call

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PATH = "/intake/v1/hooks/partner"
MAIL_BYTES = 1024 * 1024


def source(spec: Mapping[str, Any], name: str = "partner", workspace: str | None = "it") -> Definition:
    """A Source in force."""
    return check({"kind": "Source", "metadata": {"name": name, "workspace": workspace}, "spec": dict(spec)}, 1)


@dataclass
class FakeMails:
    """Remembers the mails that it takes."""

    definitions: FakeDefinitions
    taken: list[RawMail] = field(default_factory=list)

    def directory(self) -> Directory:
        """The inboxes that the definitions name."""
        return directory_of(self.definitions.current, ())

    async def take(self, mail: RawMail) -> None:
        """Take one."""
        self.taken.append(mail)

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """Take one that was set aside."""
        self.taken.append(RawMail(raw, self.directory().inboxes([entry.source])[0], entry.received_at, entry.sender))
        return Receipt(derived_id("mail", entry.source), duplicate=False)


@dataclass
class FakeFetch:
    """Files by address; remembers what was asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def get(self, url: str) -> bytes:
        """The file."""
        self.asked.append(url)
        if url not in self.files:
            raise RetryLater("there is no such file")
        return self.files[url]


@dataclass
class Desk:
    """Everything behind the door."""

    definitions: FakeDefinitions = field(default_factory=FakeDefinitions)
    secrets: dict[str, str] = field(default_factory=dict)
    acceptor: FakeAcceptor = field(default_factory=FakeAcceptor)
    quarantine: FakeQuarantine = field(default_factory=FakeQuarantine)
    blobs: FakeBlobs = field(default_factory=FakeBlobs)
    fetch: FakeFetch = field(default_factory=FakeFetch)
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOW))
    mails: FakeMails = field(init=False)
    hooks: Hooks = field(init=False)

    def __post_init__(self) -> None:
        """Put the handlers together, as the composition root does."""
        self.mails = FakeMails(self.definitions)
        proving = Proving(self.quarantine, self.clock, self._secret, self.fetch, patience=timedelta(minutes=1))
        taking = Taking(self.acceptor, self.blobs, self.clock)
        posted = PostedMails(self.mails, proving, self.fetch, self.clock)
        self.hooks = Hooks(self.definitions, self.clock, proving, taking, posted)

    def define(self, *items: Definition) -> None:
        """Bring definitions into force."""
        self.definitions.current = catalog_of(1, items)

    @property
    def messages(self) -> list[MessageReceived]:
        """What was accepted."""
        found = [one.event.data for one in self.acceptor.kept.values()]
        assert all(isinstance(one, MessageReceived) for one in found)
        return [one for one in found if isinstance(one, MessageReceived)]

    @asynccontextmanager
    async def open(
        self, patience: timedelta = timedelta(minutes=1), held: Held | None = None
    ) -> AsyncIterator[httpx.AsyncClient]:
        """A client of the door. `patience` is that of the handlers; machines that run tests may be slow."""
        handlers = replace(self.hooks, patience=patience)
        app = Starlette(routes=[door.route() for door in doors(handlers, MAIL_BYTES, held)])
        problems.install(app)
        async with (
            served(app, BoundedProtocol) as port,
            client_of(f"http://127.0.0.1:{port}") as client,
        ):
            yield client

    def _secret(self, reference: str) -> bytes:
        kind, _, name = reference.partition(":")
        if kind != "env" or name not in self.secrets:
            raise FixInput("secret-missing", "a secret cannot be found", Complaint("secretRef", "leads nowhere"))
        return self.secrets[name].encode()


async def send(client: httpx.AsyncClient, call: Call, path: str = PATH) -> httpx.Response:
    """Send a partner's call."""
    query = dict(call.query) or None
    return await client.request(call.method, path, content=call.body, headers=dict(call.headers), params=query)
