"""Intake's ports, kept in memory."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO
from uuid import UUID

from gongdan.intake.ports import Incoming, Receipt
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.ids import derived_id


@dataclass
class FakeAcceptor:
    """Keeps messages by id; raises `fault` while there is one, and waits for `pause` where there is one."""

    kept: dict[UUID, Incoming] = field(default_factory=dict)
    fault: Exception | None = None
    pause: asyncio.Event | None = None

    async def accept(self, incoming: Incoming) -> Receipt:
        """The receipt that the real one would give."""
        if self.fault:
            raise self.fault
        if self.pause:
            await self.pause.wait()
        message_id = incoming.event.envelope.id
        known = self.kept.setdefault(message_id, incoming)
        return Receipt(message_id, known is not incoming, known.body_hash != incoming.body_hash)


@dataclass
class FakeQuarantine:
    """Remembers what was set aside: source, cause, raw bytes."""

    entries: list[tuple[str, str, bytes]] = field(default_factory=list)

    async def put(self, aside: Aside) -> UUID:
        """Set aside."""
        assert aside.channel in ("email", "webhook")
        assert aside.detail
        self.entries.append((aside.source, aside.cause, aside.raw))
        return derived_id("quarantine", aside.source, hashlib.sha256(aside.raw).hexdigest())


@dataclass
class FakeBlobs:
    """Files in memory."""

    files: dict[str, bytes] = field(default_factory=dict)

    async def put(self, content: bytes) -> str:
        """Keep a file."""
        digest = hashlib.sha256(content).hexdigest()
        self.files[digest] = content
        return digest

    async def put_all(self, contents: Sequence[bytes]) -> None:
        """Keep files."""
        for content in contents:
            await self.put(content)

    async def put_file(self, file: IO[bytes]) -> str:
        """Keep an open file."""
        file.seek(0)
        return await self.put(file.read())

    async def get(self, digest: str) -> bytes:
        """A file."""
        return self.files[digest]

    async def size(self, digest: str) -> int:
        """Its size."""
        return len(self.files[digest])


@dataclass
class FakeDefinitions:
    """A catalog that a test sets."""

    current: Catalog = field(default_factory=Catalog)
