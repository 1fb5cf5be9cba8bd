"""Keeping the files that people send: looked at first, where there is a scanner; what is infected is set aside."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from gongdan.intake.domain import normalise
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.ports import BlobStore
from gongdan.intake.ports.quarantine import Aside, AsideKeeper
from gongdan.intake.ports.scanner import Scanner
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment, MessageReceived
from gongdan.shared.errors import RetryLater

INFECTED = "infected"
FULL = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Infected:
    """A file that the scanner would not let pass, and what it is infected with."""

    file: GivenFile
    found: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of files: those that are kept, and those that are to be set aside."""

    attachments: tuple[Attachment, ...] = ()
    infected: tuple[Infected, ...] = ()


@dataclass(frozen=True, slots=True)
class FileKeeper:
    """Keeps files. Without a scanner nothing is looked at. Raises RetryLater."""

    blobs: BlobStore
    quarantine: AsideKeeper
    clock: Clock
    scanner: Scanner | None = None

    async def keep(self, files: Sequence[GivenFile]) -> Kept:
        """Keep what is clean."""
        attachments: list[Attachment] = []
        infected: list[Infected] = []
        for file in files:
            found = await self.scanner.find(file.content) if self.scanner else None
            if found is None:
                attachments.append(await self._attachment(file))
            else:
                infected.append(Infected(file, found))
        return Kept(tuple(attachments), tuple(infected))

    async def set_aside(
        self, infected: Infected, channel: str, source: str, whole: MessageReceived | None = None
    ) -> UUID:
        """Set a file aside; with the message that it came with, it can join that later. Returns the entry's id."""
        raw = await asyncio.to_thread(_content, infected.file)
        detail = f"{infected.file.name} is infected with {infected.found}"
        file = _described(infected.file, raw)
        becomes = normalise.from_file(whole, file) if whole else file
        return await self.quarantine.put(
            Aside(channel, source, raw, INFECTED, detail, self.clock.now(), becomes=becomes)
        )

    async def _attachment(self, file: GivenFile) -> Attachment:
        try:
            digest = await self.blobs.put_file(file.content)
        except OSError as fault:
            raise no_room(fault) from fault
        return Attachment(name=file.name, content_type=file.content_type, size=file.size, sha256=digest)


def _content(file: GivenFile) -> bytes:
    file.content.seek(0)
    return file.content.read()


def _described(file: GivenFile, content: bytes) -> Attachment:
    digest = hashlib.sha256(content).hexdigest()
    return Attachment(name=file.name, content_type=file.content_type, size=len(content), sha256=digest)


def no_room(fault: OSError) -> RetryLater:
    """What callers are told while files cannot be kept."""
    return RetryLater(f"there is no room to keep files: {fault.strerror or 'the disk refuses'}", FULL)
