"""Applying and deleting definitions."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.domain import documents, soundness
from gongdan.intake.ports import Applied, Change, DefinitionStore
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.definitions.catalog import Key
from gongdan.shared.definitions.registry import KINDS, Definition
from gongdan.shared.errors import Complaint, FixInput

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Applying:
    """All or none: nothing changes unless everything sent is sound, alone and together with what is there."""

    store: DefinitionStore
    clock: Clock

    async def on_documents(self, body: bytes, author: Actor, reason: str, dry_run: bool) -> Sequence[Applied]:
        """Documents in YAML or JSON. Raises FixInput with the complaints about all of them, RetryLater."""
        # Reading YAML takes seconds per megabyte; others are served meanwhile.
        definitions = await asyncio.to_thread(sound, body)
        return await self.store.apply(definitions, self._change(author, reason), dry_run)

    async def on_deletion(self, key: Key, author: Actor, reason: str) -> Applied:
        """Delete one definition. Raises FixInput (404) when there is none, (409) when it is still named."""
        if key[0] not in KINDS:
            complaint = Complaint("kind", f"{key[0]!r} is not a kind", f"one of: {', '.join(sorted(KINDS))}")
            raise FixInput("unknown-definition", "no such definition", complaint, status=404)
        return await self.store.delete(key, self._change(author, reason))

    def _change(self, author: Actor, reason: str) -> Change:
        return Change(str(author), self.clock.now(), reason.replace("\x00", "")[:LONGEST_REASON])


def sound(body: bytes) -> list[Definition]:
    """The definitions in a request. Raises FixInput with the complaints about all of them."""
    raw = documents.parse(body)
    checked = documents.check_all(raw)
    complaints: list[Complaint] = []
    for number, item in enumerate(checked):
        try:
            soundness.check_one(item)
        except FixInput as error:
            complaints += documents.located(number, raw[number], error)
    if complaints:
        raise FixInput("invalid-definition", "nothing was applied: not all definitions are sound", *complaints)
    return checked
