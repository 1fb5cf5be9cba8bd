"""Keeping the files that people send: looked at first, where there is a scanner; what is infected is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.ports import BlobStore
from gongdan.intake.ports.quarantine import Aside, AsideKeeper
from gongdan.intake.ports.scanner import Scanner
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.errors import RetryLater

INFECTED = "infected"
FULL = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of files: those kept, and the names of those set aside, each with what it is infected with."""

    attachments: tuple[Attachment, ...] = ()
    aside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FileKeeper:
    """Keeps files. Without a scanner nothing is looked at. Raises RetryLater."""

    blobs: BlobStore
    quarantine: AsideKeeper
    clock: Clock
    scanner: Scanner | None = None

    async def keep(self, files: Sequence[GivenFile], channel: str, source: str) -> Kept:
        """Keep what is clean, and set aside what is not."""
        attachments: list[Attachment] = []
        aside: list[tuple[str, str]] = []
        for file in files:
            found = await self.scanner.find(file.content) if self.scanner else None
            if found is None:
                attachments.append(await self._attachment(file))
            else:
                await self._set_aside(file, found, channel, source)
                aside.append((file.name, found))
        return Kept(tuple(attachments), tuple(aside))

    async def _attachment(self, file: GivenFile) -> Attachment:
        try:
            digest = await self.blobs.put_file(file.content)
        except OSError as fault:
            raise no_room(fault) from fault
        return Attachment(name=file.name, content_type=file.content_type, size=file.size, sha256=digest)

    async def _set_aside(self, file: GivenFile, found: str, channel: str, source: str) -> None:
        file.content.seek(0)
        detail = f"{file.name} is infected with {found}"
        raw = file.content.read()
        await self.quarantine.put(Aside(channel, source, raw, INFECTED, detail, self.clock.now()))


def no_room(fault: OSError) -> RetryLater:
    """What callers are told while files cannot be kept."""
    return RetryLater(f"there is no room to keep files: {fault.strerror or 'the disk refuses'}", FULL)
