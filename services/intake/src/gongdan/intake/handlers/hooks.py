"""Partner systems' webhooks.

Challenges are answered from the request and the secret alone; of everything else an answer comes within `PATIENCE`,
whatever the load: what is not committed by then is asked for again, and is the same message when it comes again.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gongdan.intake.domain import answers
from gongdan.intake.domain.answers import Proven, Reply, Told
from gongdan.intake.domain.verification.request import SignedRequest
from gongdan.intake.handlers.posted_mail import PostedMails
from gongdan.intake.handlers.proving import Proving
from gongdan.intake.handlers.taking import Taking
from gongdan.intake.ports import Definitions, Receipt
from gongdan.intake.ports.quarantine import SetAside
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source
from gongdan.shared.errors import Complaint, FixInput, RetryLater

PATIENCE = timedelta(seconds=1.2)
CONFLICT = 409
UNREAD = frozenset({"body-too-large", "unsupported-content-encoding"})


@dataclass(frozen=True, slots=True)
class Hooks:
    """Verifies before it looks. `taking` makes messages, `mails` takes what mail providers post."""

    definitions: Definitions
    clock: Clock
    proving: Proving
    taking: Taking
    mails: PostedMails
    patience: timedelta = PATIENCE

    def find(self, name: str) -> tuple[Definition, Source]:
        """The source. Raises FixInput (404) when there is none."""
        for item, spec in self.definitions.current.all(Source):
            if item.name == name:
                return item, spec
        complaint = Complaint("source", f"there is no source {name!r}", "name a source that is defined")
        raise FixInput("unknown-source", "no such source", complaint, status=404)

    async def on_hook(
        self, item: Definition, spec: Source, request: SignedRequest, traceparent: str | None = None
    ) -> Reply:
        """A webhook as it came. Returns after the commit. Raises Refused, FixInput, SlowDown, RetryLater."""
        request = replace(request, now=self.clock.now())
        proven = await self.proving.prove(item, spec, request)
        reply = answers.challenge(proven)
        if reply is not None:
            return reply
        if spec.kind == "mail":
            return await self.mails.on_mail(item, spec, proven)
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                receipts = await self._take(item, spec, proven, traceparent)
        except TimeoutError as error:
            raise RetryLater("not kept in time: send the same request again", timedelta(seconds=2)) from error
        return answers.taken(spec, proven, [Told(str(one.message_id), one.duplicate) for one in receipts])

    async def on_unread(self, item: Definition, spec: Source, beginning: SignedRequest, why: FixInput) -> None:
        """A request that was not read to its end: too large, or compressed. Its operator is to see that it came."""
        await self.proving.set_aside(item, spec, beginning, why.slug, f"{why}; only its beginning is kept")

    async def release(self, entry: SetAside, raw: bytes) -> Receipt:
        """Read again what was set aside, as of when it came. Raises FixInput (422) when it still cannot be taken."""
        if entry.cause in UNREAD:
            complaint = Complaint("id", "was not read to its end", "have it sent again as it is taken, or discard this")
            raise FixInput("only-its-beginning", "only the beginning of this request is kept", complaint)
        item, spec = self.find(entry.source)
        proven = await self.proving.again(item, spec, raw, entry.received_at)
        if spec.kind == "mail":
            return await self.mails.release(item, spec, proven, entry)
        receipts = await self.taking.take(item, spec, proven)
        if not receipts:
            complaint = Complaint("map", "makes no message of it", "change the source, or discard this entry")
            raise FixInput("no-message", "this request is no message", complaint)
        return receipts[0]

    async def _take(self, item: Definition, spec: Source, proven: Proven, trace: str | None) -> Sequence[Receipt]:
        """Every message in a request that is proven. What cannot be read is set aside."""
        try:
            return await self.taking.take(item, spec, proven, trace)
        except FixInput as error:
            if error.status == CONFLICT:
                raise
            await self.proving.set_aside(item, spec, proven.request, error.slug, str(error), proven=True)
            raise
