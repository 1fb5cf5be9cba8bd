"""Partner systems' webhooks."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import orjson
import structlog
from pydantic import JsonValue

from gongdan.intake.domain import identity, limits, mapping, normalise, webhooks
from gongdan.intake.domain.events import arrival, received
from gongdan.intake.domain.mapping import Mapped
from gongdan.intake.domain.verification.request import Genuine, Secrets, SignedRequest
from gongdan.intake.handlers.callers import Caller, keep
from gongdan.intake.handlers.compiled import Compiled
from gongdan.intake.ports import Acceptor, BlobStore, Definitions, Receipt
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.conditions import Program
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.verify import Verify
from gongdan.shared.errors import Complaint, FixInput

log = structlog.get_logger()
PRIVATE = {"authorization", "cookie", "proxy-authorization"}


def _compile(_: Definition, spec: Source) -> Mapping[str, Program]:
    return mapping.compile_map(spec.map)


@dataclass(frozen=True, slots=True)
class Hooks:
    """Verifies before it looks: nothing of a payload is read that is not proven to be the partner's."""

    acceptor: Acceptor
    definitions: Definitions
    blobs: BlobStore
    clock: Clock
    secret: Callable[[str], bytes]
    compiled: Compiled[Source, Mapping[str, Program]] = field(default_factory=lambda: Compiled(_compile))

    def find(self, name: str) -> tuple[Definition, Source]:
        """The source. Raises FixInput (404) when there is none."""
        for item, spec in self.definitions.current.all(Source):
            if item.name == name:
                return item, spec
        complaint = Complaint("source", f"there is no source {name!r}", "name a source that is defined")
        raise FixInput("unknown-source", "no such source", complaint, status=404)

    async def on_hook(
        self, item: Definition, spec: Source, headers: Mapping[str, str], body: bytes, caller: Caller
    ) -> Receipt:
        """A webhook as it came. Returns after the commit. Raises NotAllowed, FixInput, SlowDown, RetryLater."""
        now = self.clock.now()
        proof = webhooks.verify(spec.verify, self._secrets(spec.verify), SignedRequest(body, headers, now=now))
        payload = _payload(body)
        shown = {name: value for name, value in headers.items() if name not in PRIVATE}
        mapped = mapping.read(self.compiled.of(item, spec), payload, shown)
        if mapped.failed:
            log.debug("webhook_mapped_in_part", source=item.name, missing=mapped.failed)
        raw = await self.blobs.put(body)
        external_id = _external_id(mapped, proof)
        message = normalise.from_webhook(item.name, item.workspace or "support", mapped, external_id, raw)
        event = received(message, arrival(now, caller.traceparent))
        return await keep(self.acceptor, event, identity.body_hash(body))

    def _secrets(self, rule: Verify) -> Secrets:
        references = [one for one in (rule.secret_ref, *rule.former_secret_refs) if one]
        token = self.secret(rule.token_ref) if rule.token_ref else b""
        return Secrets(tuple(self.secret(one) for one in references), token)


def _external_id(mapped: Mapped, proof: Genuine) -> str:
    """What tells a repetition: the mapped key, the signed id, else the body itself (so a replay changes nothing)."""
    return mapped.idempotency_key or identity.idempotency_key(proof.id) or hashlib.sha256(proof.body).hexdigest()


def _payload(body: bytes) -> JsonValue:
    try:
        payload: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        complaint = Complaint("body", str(error), "send JSON in UTF-8")
        raise FixInput("invalid-json", "the request is not JSON", complaint, status=400) from error
    if not limits.within(payload, limits.PAYLOAD_DEPTH, limits.PAYLOAD_NODES):
        most = f"at most {limits.PAYLOAD_NODES} values, {limits.PAYLOAD_DEPTH} levels deep"
        complaint = Complaint("body", "holds too much", f"send {most}")
        raise FixInput("invalid-input", "the payload is too complex", complaint)
    return payload
