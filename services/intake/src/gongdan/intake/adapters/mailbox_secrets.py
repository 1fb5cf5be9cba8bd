"""What mailboxes are signed in to with: passwords by reference, access tokens by refreshing.

Providers give a new refresh token with each refreshing, and the old one dies sooner or later: the new one is kept,
encrypted, in the same transaction in which the old one is used, and other replicas wait for that. A refused token is
not tried again but once in a while, or when somebody has put another secret in its place.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from gongdan.intake.adapters.sealed import Sealer
from gongdan.intake.adapters.token_endpoint import TokenEndpoint, Tokens
from gongdan.intake.domain.mail.consent import Consent, consent_of
from gongdan.intake.ports.mailboxes import MailboxFault
from gongdan.shared import metrics
from gongdan.shared.clock import Clock
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.definitions.mailbox import Auth, Mailbox
from gongdan.shared.errors import FixInput

log = structlog.get_logger()

EARLY = timedelta(minutes=2)
"""A token is renewed before its end, since servers' clocks differ."""

FRESH = timedelta(minutes=1)
ASK_AGAIN = timedelta(hours=1)
AT_ONCE = 2
"""How many are refreshed at a time: each holds a connection to PostgreSQL meanwhile."""

SAVE = """
    INSERT INTO mailbox_tokens (mailbox, given, refresh_token, refreshed_at, refused_at, refusal)
    VALUES (:mailbox, :given, :refresh_token, :refreshed_at, :refused_at, :refusal)
    ON CONFLICT (mailbox) DO UPDATE
    SET given = :given, refresh_token = :refresh_token, refreshed_at = :refreshed_at, refused_at = :refused_at,
        refusal = :refusal
    """


@dataclass(frozen=True, slots=True)
class _Access:
    token: str
    given: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class MailboxSecrets:
    """`resolve` finds the secret behind a reference."""

    db: Database
    endpoint: TokenEndpoint
    sealer: Sealer
    resolve: Callable[[str], bytes]
    clock: Clock
    _access: dict[str, _Access] = field(default_factory=dict)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def secret(self, name: str, spec: Mailbox) -> str:
        """The password or an access token that is good now. Raises RetryLater, MailboxFault."""
        given = self._given(spec.auth.secret_ref)
        if spec.auth.kind == "password":
            return given
        known = self._access.get(name)
        if known and known.given == _hash(given) and known.until > self.clock.now() + EARLY:
            return known.token
        async with self._room:
            tokens = await self._refreshed(name, spec, given)
        now = self.clock.now()
        self._access[name] = _Access(tokens.access_token, _hash(given), now, now + tokens.life)
        return tokens.access_token

    def forget(self, name: str) -> bool:
        """The server does not take the access token: ask for another one. False where that one was fresh already."""
        known = self._access.pop(name, None)
        return known is not None and self.clock.now() - known.since > FRESH

    def _given(self, reference: str) -> str:
        try:
            return self.resolve(reference).decode()
        except FixInput as error:
            raise MailboxFault("sign-in-refused", str(error), timedelta(seconds=10)) from error

    async def _refreshed(self, name: str, spec: Mailbox, given: str) -> Tokens:
        """Refresh under a lock, so that no token is used twice. Raises RetryLater, MailboxFault."""
        consent = self._consent(spec.auth, given)
        async with self.db.transaction() as unit:
            await unit.execute("SELECT pg_advisory_xact_lock(hashtextextended(:name, 7))", {"name": name})
            row = await unit.one("SELECT * FROM mailbox_tokens WHERE mailbox = :name", {"name": name})
            current = self._current(name, row, given) or consent.refresh_token
            refused: MailboxFault | None = None
            try:
                tokens = await self.endpoint.refresh(spec.auth, replace(consent, refresh_token=current))
                await self._save(unit, name, given, tokens.refresh_token or current, None)
            except MailboxFault as fault:
                if fault.cause != "token-refused":
                    raise
                refused = fault
                await self._save(unit, name, given, current, fault)
        metrics.MAILBOX_TOKENS.labels(name, "refused" if refused else "refreshed").inc()
        if refused is not None:
            raise refused
        return tokens

    def _consent(self, auth: Auth, given: str) -> Consent:
        reference = auth.client_secret_ref
        try:
            return consent_of(auth, given, self._given(reference) if reference else None)
        except ValueError as error:
            raise MailboxFault("sign-in-refused", str(error), timedelta(seconds=10)) from error

    def _current(self, name: str, row: Row | None, given: str) -> str | None:
        """The refresh token that we got last; None where there is none, or somebody gave another one since."""
        if row is None or row.given != _hash(given):
            return None
        if row.refused_at is not None and self.clock.now() < row.refused_at + ASK_AGAIN:
            cure = "consent again and put the new refresh token where secretRef leads"
            raise MailboxFault("token-refused", f"{row.refusal}; {cure}", timedelta(minutes=5))
        kept = self.sealer.open(bytes(row.refresh_token)) if row.refresh_token else None
        if kept is None:
            log.error("mailbox_token_unreadable", mailbox=name)
        return kept

    async def _save(self, unit: Transaction, name: str, given: str, token: str, refused: MailboxFault | None) -> None:
        now = self.clock.now()
        await unit.execute(
            SAVE,
            {
                "mailbox": name,
                "given": _hash(given),
                "refresh_token": self.sealer.seal(token),
                "refreshed_at": None if refused else now,
                "refused_at": now if refused else None,
                "refusal": str(refused)[:1_000] if refused else None,
            },
        )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
