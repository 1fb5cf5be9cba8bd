"""Applying, bringing back and deleting definitions."""

import asyncio
from dataclasses import dataclass

from gongdan.intake.domain import documents
from gongdan.intake.domain.placed import placed
from gongdan.intake.domain.sent import Sent
from gongdan.intake.handlers.callers import Caller
from gongdan.intake.ports import Change, DefinitionStore, Report
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import KINDS
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Applying:
    """All or none: nothing changes unless everything sent is sound, alone and together with what is there."""

    store: DefinitionStore
    clock: Clock

    async def on_documents(self, body: bytes, author: Caller, reason: str, dry_run: bool) -> Report:
        """Documents in YAML or JSON. Raises FixInput with the complaints about all of them, RetryLater."""
        # Reading takes a second for ten thousand documents; others are served meanwhile.
        sent = await asyncio.to_thread(read, body)
        for _, item in sent.sound:
            author.need_to_define(item.kind, item.workspace)
        try:
            return await self.store.apply(sent, self._change(author, reason), dry_run)
        except FixInput as error:
            raise await asyncio.to_thread(with_places, sent, error) from error

    async def on_rollback(self, key: Key, version: int, author: Caller, reason: str, dry_run: bool) -> Report:
        """Apply an old version anew, checked as any other. Raises FixInput (404) when there is no such version."""
        _need(author, key)
        document = await self.store.version(_known(key), version)
        why = reason or f"back to version {version}"
        return await self.on_documents(dumps(document), author, why, dry_run)

    async def on_deletion(self, key: Key, author: Caller, reason: str, dry_run: bool) -> Report:
        """Delete one definition. Raises FixInput (404) when there is none, (409) with all that name it."""
        _need(author, key)
        return await self.store.delete(_known(key), self._change(author, reason), dry_run)

    def _change(self, author: Caller, reason: str) -> Change:
        return Change(str(author.agent), self.clock.now(), reason.replace("\x00", "")[:LONGEST_REASON])


def _need(author: Caller, key: Key) -> None:
    kind, workspace, _ = key
    author.need_to_define(kind, workspace or None)


def read(body: bytes) -> Sent:
    """The definitions in a request, with what is wrong in any. Raises FixInput when there is nothing to read."""
    return documents.check_all(documents.read(body))


def with_places(sent: Sent, error: FixInput) -> FixInput:
    """The same refusal with the line and column of each fault."""
    found = placed(sent.reading, error.complaints)
    return FixInput(error.slug, error.title, *found, status=error.status)


def _known(key: Key) -> Key:
    if key[0] in KINDS:
        return key
    complaint = Complaint("kind", f"{key[0]!r} is not a kind", f"one of: {', '.join(sorted(KINDS))}")
    raise FixInput("unknown-definition", "no such definition", complaint, status=404)
