"""What forms set aside becomes a message after all: the submission of what was taken for a robot, a file by itself."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import IO

from gongdan.intake.domain import aside_forms, identity
from gongdan.intake.domain.aside_forms import AsideForm
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.filled import GivenFile, given_file
from gongdan.intake.domain.forms import Submitter
from gongdan.intake.domain.sniffing import HEAD
from gongdan.intake.handlers.callers import keep
from gongdan.intake.handlers.files import no_room
from gongdan.intake.handlers.filing import Filing, Filled
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.quarantine import QuarantineEntries, SetAside
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class FormReleases:
    """Reads submissions again, as the forms of today understand them, and as of when they came."""

    filing: Filing
    entries: QuarantineEntries
    clock: Clock

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """The message of an entry. Raises FixInput when its form is gone or it does not fit, SlowDown, RetryLater."""
        if entry.becomes is not None:
            return await self._file(entry, raw, MessageReceived.model_validate(entry.becomes))
        aside = aside_forms.from_bytes(raw)
        form = self.filing.form(aside.form, aside.workspace)
        submitter = Submitter("en", frozenset(), self.filing.agents(form))
        when = arrival(self.clock.now(), occurred_at=entry.received_at)
        async with self._files(entry, aside) as files:
            given = Filled(aside.answers, files, aside.key or aside_forms.key_of(entry.id))
            return await self.filing.file(form, given, submitter, when)

    async def _file(self, entry: SetAside, raw: bytes, message: MessageReceived) -> Receipt:
        """A file joins the ticket of the submission that it came with."""
        try:
            digest = await self.filing.keeper.blobs.put(raw)
        except OSError as fault:
            raise no_room(fault) from fault
        when = arrival(self.clock.now(), occurred_at=entry.received_at)
        return await keep(self.filing.acceptor, received(message, when), identity.body_hash(digest.encode()))

    @asynccontextmanager
    async def _files(self, entry: SetAside, aside: AsideForm) -> AsyncIterator[Sequence[GivenFile]]:
        """The files of a submission on disk, one after the other, so that memory holds one at a time."""
        with ExitStack() as opened:
            files = []
            for told, digest in zip(aside.files, entry.files, strict=True):
                content = opened.enter_context(tempfile.TemporaryFile())
                size = await asyncio.to_thread(content.write, await self._content(digest))
                head = await asyncio.to_thread(_head, content)
                files.append(given_file(told.field, told.name, told.content_type, content, head, size))
            yield files

    async def _content(self, digest: str) -> bytes:
        try:
            return await self.entries.content(digest)
        except KeyError as error:
            complaint = Complaint("files", f"{digest} is not in the store", "bring the files back")
            raise FixInput("bytes-missing", "a file of this entry is gone", complaint, status=410) from error


def _head(content: IO[bytes]) -> bytes:
    content.seek(0)
    return content.read(HEAD)
