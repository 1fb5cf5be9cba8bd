"""Being told no over HTTP: the answer is a problem document, and the audit hears of it, folded as `folding.py` says."""

import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from gongdan.shared.access.folding import Folded, Folding
from gongdan.shared.access.refusal import Denied, NotPermitted
from gongdan.shared.clock import Clock
from gongdan.shared.errors import RetryLater
from gongdan.shared.problems import refusal

log = structlog.get_logger()


@dataclass(slots=True)
class Denials:
    """What was denied, on its way to the audit. `write` keeps some, and raises RetryLater on passing faults.

    A part of its service, so that what is still counted is written when the service stops; `step` is for its loop.
    Limit: a service that is killed takes up to a minute of repeated denials with it, never the first.
    """

    write: Callable[[Sequence[Folded]], Awaitable[None]]
    clock: Clock
    name: str = "denials"
    _folding: Folding = field(default_factory=Folding)

    def note(self, denied: Denied) -> None:
        """Have it written in a moment: how long the answer takes shall not tell that there was something to deny."""
        self._folding.note(denied, self.clock.now())

    async def tell(self, denied: Denied) -> None:
        """Write it, unless the same was a moment ago. Never raises: the answer is no either way."""
        now = self.clock.now()
        log.warning("action_denied", actor=str(denied.actor), action=denied.action)
        folded = self._folding.take(self._folding.note(denied, now), now)
        if folded:
            with contextlib.suppress(RetryLater):
                await self._write([folded])

    async def step(self) -> None:
        """Write what is due. Raises RetryLater."""
        if due := list(self._folding.due(self.clock.now())):
            await self._write(due)

    async def start(self) -> None:
        """Nothing to wait for."""

    async def stop(self) -> None:
        """Write all there is."""
        if rest := self._folding.rest():
            with contextlib.suppress(RetryLater):
                await self._write(rest)

    async def _write(self, some: Sequence[Folded]) -> None:
        try:
            await self.write(some)
        except RetryLater as fault:
            log.warning("denials_not_told", why=str(fault))
            for one in some:
                self._folding.put_back(one, self.clock.now())
            raise


def install(app: Starlette, denials: Denials) -> None:
    """Tell of every refusal for a missing right, then answer with it."""

    async def refuse(_: Request, error: Exception) -> Response:
        assert isinstance(error, NotPermitted)  # noqa: S101 - Starlette gives what it was asked to catch
        await denials.tell(error.denied)
        return refusal(error)

    app.add_exception_handler(NotPermitted, refuse)
