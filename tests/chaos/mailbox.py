"""A mailbox on an IMAP server that nobody kills: what is put into it must be read once, whoever dies meanwhile."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imapclient import IMAPClient

from tests.integration.intake import imap_servers
from tests.integration.intake.imap_servers import ImapServer
from tests.ports import free_port


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One connection puts mails into it, one after the other."""

    server: ImapServer
    client: IMAPClient
    secret: Path
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def definition(self) -> dict[str, Any]:
        """What intake has to be told to read it."""
        spec = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "tls": False,
            "user": imap_servers.USER,
            "auth": {"secretRef": f"file:{self.secret}"},
            "folder": imap_servers.FOLDER,
            "from": "billing@example.com",
            "poll_seconds": 1,
        }
        return {"apiVersion": "gongdan/v1", "kind": "Mailbox", "metadata": {"name": "billing"}, "spec": spec}

    async def put(self, mail: bytes) -> None:
        """Returns when the server has it."""
        async with self.turn:
            await asyncio.to_thread(self.client.append, imap_servers.FOLDER, mail)


@asynccontextmanager
async def open_mailbox(folder: Path) -> AsyncIterator[Mailbox]:
    """A server with an empty mailbox, and the file with its password."""
    port, secret = free_port(), folder / "mailbox-password"
    secret.write_text(imap_servers.PASSWORD)
    async with imap_servers.running(imap_servers.pymap_command(port), port) as server:
        client = await asyncio.to_thread(server.client)
        await asyncio.to_thread(client.create_folder, imap_servers.FOLDER)
        yield Mailbox(server, client, secret)
        await asyncio.to_thread(client.logout)
