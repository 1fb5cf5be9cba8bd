"""Many messages in one upload: each line is a message of its own, and none harms another."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from gongdan.intake.handlers.callers import Caller
from gongdan.intake.handlers.inbound import Inbound
from gongdan.intake.ports import Receipt
from gongdan.shared.access.refusal import Denied, NotPermitted
from gongdan.shared.errors import FixInput, RetryLater, SlowDown
from gongdan.shared.problems import document

TRIES = 6
PATIENCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an upload, counted from 1. `content` None: it was too long to be read."""

    number: int
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Bulk:
    """Takes lines. `tell` hears of what is denied; `pause` is the longest wait before a line is tried again."""

    inbound: Inbound
    tell: Callable[[Denied], Awaitable[None]]
    pause: timedelta = PATIENCE

    async def on_line(self, line: Line, caller: Caller) -> dict[str, object]:
        """What became of one line: `status` as the door for single messages has it, with id or problem. Never raises
        what is the line's own fault; waits while we are behind, then says so.
        """
        try:
            receipt = await self._patiently(line, caller)
        except FixInput as wrong:
            if isinstance(wrong, NotPermitted):
                await self.tell(wrong.denied)
            problem = document(wrong.status, wrong.slug, wrong.title, wrong.complaints)
            return {"line": line.number, "status": wrong.status, "problem": problem}
        except (SlowDown, RetryLater) as fault:
            problem = document(503, "come-back-later", str(fault))
            return {"line": line.number, "status": 503, "problem": problem}
        found = {"message_id": receipt.message_id, "duplicate": receipt.duplicate}
        return {"line": line.number, "status": 202, **found}

    async def _patiently(self, line: Line, caller: Caller) -> Receipt:
        if line.content is None:
            raise FixInput("body-too-large", "the line is too long", status=413)
        # The key of the upload belongs to no line; what a line has none of its own for is derived.
        alone = replace(caller, key=None)
        for nth in range(1, TRIES + 1):
            try:
                return await self.inbound.on_message(line.content, alone, derived_key(line, caller.key))
            except (SlowDown, RetryLater) as fault:
                if nth == TRIES:
                    raise
                await asyncio.sleep(min(fault.delay, self.pause).total_seconds())
        raise AssertionError("tried at least once")


def derived_key(line: Line, upload: str | None) -> str:
    """The external id of a line without one: by the upload's key and its number, else by what it says."""
    if upload:
        return f"bulk:{hashlib.sha256(upload.encode()).hexdigest()}:{line.number}"
    return f"bulk:{hashlib.sha256(line.content or b'').hexdigest()}"


def totals(results: Counter[str]) -> dict[str, int]:
    """The last line of the answer."""
    names = ("lines", "accepted", "duplicates", "refused", "not_kept")
    return {name: results[name] for name in names}


def counted(result: dict[str, object]) -> tuple[str, ...]:
    """Under what a result counts."""
    if result["status"] == 202:
        return ("lines", "duplicates" if result["duplicate"] else "accepted")
    return ("lines", "not_kept" if result["status"] == 503 else "refused")
