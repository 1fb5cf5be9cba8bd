"""From a webhook that is proven to the messages it means, and those to the database."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
import structlog

from gongdan.intake.domain import identity, mapping, normalise, payloads
from gongdan.intake.domain.answers import Proven
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.kept_request import PRIVATE
from gongdan.intake.domain.mapping import Mapped
from gongdan.intake.domain.mapping_programs import Given, Programs, compile_map
from gongdan.intake.domain.multipart import Part
from gongdan.intake.handlers.beside import beside
from gongdan.intake.handlers.callers import keep
from gongdan.intake.handlers.compiled import Compiled
from gongdan.intake.ports import Acceptor, BlobStore, Incoming, Receipt
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Content:
    """What a request holds: its messages, its files, and the hash over all of it."""

    messages: Sequence[Mapped]
    files: Sequence[Part]
    digest: str


def _compile(_: Definition, spec: Source) -> Programs:
    return compile_map(spec.map)


@dataclass(frozen=True, slots=True)
class Taking:
    """Reads, keeps the files, accepts."""

    acceptor: Acceptor
    blobs: BlobStore
    clock: Clock
    compiled: Compiled[Source, Programs] = field(default_factory=lambda: Compiled(_compile))

    async def take(
        self, item: Definition, spec: Source, proven: Proven, traceparent: str | None = None
    ) -> Sequence[Receipt]:
        """Every message in a request. Returns after the commit. Raises FixInput, SlowDown, RetryLater."""
        content = await self._read(item, spec, proven)
        for one in content.messages:
            if one.failed:
                log.debug("webhook_mapped_in_part", source=item.name, missing=one.failed)
        if not content.messages:
            return []
        raw = await self.blobs.put(proven.proof.body)
        files = tuple([await self._file(part) for part in content.files])
        incoming = [self._incoming(item, proven, content, one, (raw, files, traceparent)) for one in content.messages]
        if len(incoming) == 1:
            return [await keep(self.acceptor, incoming[0].event, incoming[0].body_hash)]
        return await asyncio.gather(*(self.acceptor.accept(one) for one in incoming))

    async def _read(self, item: Definition, spec: Source, proven: Proven) -> Content:
        return await beside(len(proven.proof.body), _content, self.compiled.of(item, spec), proven)

    async def _file(self, part: Part) -> Attachment:
        digest = await self.blobs.put(part.content)
        name = part.filename or part.name
        return Attachment(name=name, content_type=part.content_type, size=len(part.content), sha256=digest)

    def _incoming(
        self,
        item: Definition,
        proven: Proven,
        content: Content,
        mapped: Mapped,
        kept: tuple[str, tuple[Attachment, ...], str | None],
    ) -> Incoming:
        raw, files, traceparent = kept
        digest = content.digest if mapped.item is None else _digest(mapped)
        signed = proven.proof.id if len(content.messages) == 1 else None
        external_id = mapped.idempotency_key or identity.idempotency_key(signed) or digest
        message = normalise.from_webhook(item.name, item.workspace or "support", mapped, external_id, raw, files)
        now = self.clock.now()
        happened = min(mapped.occurred_at, now) if mapped.occurred_at else None
        return Incoming(received(message, arrival(now, traceparent, happened)), digest)


def _content(programs: Programs, proven: Proven) -> Content:
    """What a request holds. Raises FixInput."""
    body, request = proven.proof.body, proven.request
    content_type = request.headers.get("content-type", "") if body is request.body else ""
    payload = payloads.read(content_type, body)
    shown = {name: value for name, value in request.headers.items() if name not in PRIVATE}
    found = mapping.read(programs, Given(payload.data, shown, dict(request.query), size=len(body)))
    return Content(found, payload.files, payloads.content_hash(content_type, body))


def _digest(mapped: Mapped) -> str:
    """Over one item of many, whatever the order of its keys."""
    return hashlib.sha256(orjson.dumps(mapped.item, option=orjson.OPT_SORT_KEYS)).hexdigest()
