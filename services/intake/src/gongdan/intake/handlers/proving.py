"""Is a request from its partner? Finds the secrets, fetches what the proof names, and keeps what proves nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from gongdan.intake.domain import kept_request, payloads, webhooks
from gongdan.intake.domain.answers import Proven
from gongdan.intake.domain.verification import sns, tokens, vendors
from gongdan.intake.domain.verification.request import Genuine, Refused, Secrets, SignedRequest
from gongdan.intake.handlers.allowance import Allowance
from gongdan.intake.handlers.beside import beside
from gongdan.intake.handlers.replays import Replays
from gongdan.intake.ports.egress import Fetch
from gongdan.intake.ports.quarantine import Aside, AsideKeeper
from gongdan.shared.clock import Clock
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.source import Source
from gongdan.shared.definitions.verify import Scheme, Verify
from gongdan.shared.errors import Complaint, FixInput, RetryLater

log = structlog.get_logger()

WITH_FORM: frozenset[Scheme] = frozenset({"twilio", "mailgun"})
KEPT_PER_MINUTE = 60
FETCHED_PER_MINUTE = 10
MOST_CERTIFICATES = 20
NOT_READY = timedelta(seconds=60)
PATIENCE = timedelta(seconds=1)
"""How long an answer waits for what is set aside to be kept: partners want it within 1.5 s."""


class SecretMissing(FixInput):
    """A secret that a Source refers to is not there (422)."""


def _minute(most: int) -> Allowance:
    return Allowance(most, timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Proving:
    """Nothing of a payload is read that is not proven to be the partner's, but what the proof itself is made of."""

    quarantine: AsideKeeper
    clock: Clock
    secret: Callable[[str], bytes]
    fetch: Fetch
    kept: Allowance = field(default_factory=lambda: _minute(KEPT_PER_MINUTE))
    fetched: Allowance = field(default_factory=lambda: _minute(FETCHED_PER_MINUTE))
    replays: Replays = field(default_factory=Replays)
    certificates: dict[str, bytes] = field(default_factory=dict)
    patience: timedelta = PATIENCE
    keeping: "set[asyncio.Future[UUID]]" = field(default_factory=set)

    async def prove(self, item: Definition, spec: Source, request: SignedRequest) -> Proven:
        """The request with its proof. What proves nothing is set aside. Raises Refused (401), RetryLater."""
        try:
            return await self.try_to(item, spec, request)
        except SecretMissing as error:
            # The partner is not to learn where we keep what.
            log.error("source_has_no_secret", source=item.name, why=str(error))
            await self.set_aside(item, spec, request, "no-secret", str(error))
            raise RetryLater("this source is not ready: its secret is not set", NOT_READY) from error
        except Refused as error:
            complaint = error.complaints[0]
            await self.set_aside(item, spec, request, error.cause, f"{complaint.field} {complaint.problem}")
            raise

    async def try_to(self, item: Definition, spec: Source, request: SignedRequest) -> Proven:
        """The same, and nothing is set aside. `request.now` is when it came. Raises Refused, RetryLater, FixInput."""
        rule = spec.verify
        secrets = self._secrets(rule)
        if rule.scheme == "sns":
            secrets = replace(secrets, certificate=await self._certificate(rule, request))
        proof, digest = await beside(len(request.body), _checked, rule, secrets, request)
        if digest and proof.id and request.now:
            self.replays.check((item.name, proof.id), digest, request.now, rule.window)
        return Proven(rule, request, proof, secrets.token)

    async def again(self, item: Definition, spec: Source, raw: bytes, came_at: datetime) -> Proven:
        """The proof of a request that was set aside, as of when it came. Raises FixInput (422), RetryLater."""
        request = replace(kept_request.from_bytes(raw), now=came_at)
        left_out = hidden_proof(spec.verify)
        if left_out is None:
            try:
                return await self.try_to(item, spec, request)
            except Refused as error:
                raise FixInput("still-unverified", "this request is still not proven", *error.complaints) from error
        if not kept_request.is_proven(raw):
            complaint = Complaint(left_out, "is not kept, for it holds a secret", "have it sent again, or discard this")
            raise FixInput("still-unverified", "nothing that is kept proves this request", complaint)
        return Proven(spec.verify, request, Genuine(request.body))

    async def set_aside(
        self, item: Definition, spec: Source, request: SignedRequest, cause: str, detail: str, *, proven: bool = False
    ) -> None:
        """Keep a request as it came, at most so many of each source in a minute; the others are only told of."""
        now = request.now or self.clock.now()
        if not self.kept.take(item.name, now):
            log.warning("webhook_not_kept", source=item.name, cause=cause)
            return
        raw = kept_request.to_bytes(request, _private(spec.verify), proven=proven)
        await self._keep(Aside("webhook", item.name, raw, cause, detail, now))

    async def _keep(self, aside: Aside) -> None:
        """Keep it, or be still at it when its sender must have an answer. Raises RetryLater."""
        keeping = asyncio.ensure_future(self.quarantine.put(aside))
        self.keeping.add(keeping)
        keeping.add_done_callback(self._ended)
        await asyncio.wait([keeping], timeout=self.patience.total_seconds())
        if keeping.done():
            keeping.result()

    def _ended(self, keeping: "asyncio.Future[UUID]") -> None:
        self.keeping.discard(keeping)
        fault = None if keeping.cancelled() else keeping.exception()
        if fault is not None:
            log.warning("webhook_not_set_aside", why=f"{type(fault).__name__}: {fault}")

    def _secrets(self, rule: Verify) -> Secrets:
        references = [one for one in (rule.secret_ref, *rule.former_secret_refs) if one]
        try:
            found = tuple(self.secret(one) for one in references)
            token = self.secret(rule.token_ref) if rule.token_ref else b""
        except FixInput as error:
            raise SecretMissing(error.slug, error.title, *error.complaints) from error
        return Secrets(tuple(key for key in found if key) or found[:1], token)

    async def _certificate(self, rule: Verify, request: SignedRequest) -> bytes:
        """The certificate that a message names: from Amazon's host only, and from memory once it was fetched."""
        url = sns.certificate_url(rule, request.body)
        if url not in self.certificates:
            if not self.fetched.take("certificate", request.now or self.clock.now()):
                raise RetryLater("too many certificates are asked for", timedelta(seconds=60))
            found = await self.fetch.get(url)
            if len(self.certificates) >= MOST_CERTIFICATES:
                self.certificates.clear()
            self.certificates[url] = found
        return self.certificates[url]


def hidden_proof(rule: Verify) -> str | None:
    """The header that proves a request and is not kept with it; None where what is kept proves it again."""
    headers = {
        "bearer": tokens.AUTHORIZATION,
        "basic": tokens.AUTHORIZATION,
        "gitlab": vendors.GITLAB,
        "mtls": rule.proxy_header if rule.secret_ref else None,
        "hmac": rule.header,
    }
    found = headers.get(rule.scheme)
    return found if found and found.lower() in _private(rule) else None


def _private(rule: Verify) -> frozenset[str]:
    return kept_request.PRIVATE | {rule.proxy_header.lower()}


def _checked(rule: Verify, secrets: Secrets, request: SignedRequest) -> tuple[Genuine, str]:
    """The proof; and where it says nothing of the body, though it is meant for one only, the hash of that. Raises
    Refused.
    """
    content_type = request.headers.get("content-type", "")
    if rule.scheme in WITH_FORM:
        request = replace(request, form=payloads.texts(content_type, request.body))
    proof = webhooks.verify(rule, secrets, request)
    return proof, payloads.content_hash(content_type, request.body) if rule.scheme == "mailgun" else ""
