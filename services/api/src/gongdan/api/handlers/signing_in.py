"""Signing in and out. Every way in ends in the same session; every success and failure is audited.

Nobody learns which half of a pair was wrong, nor whether there is an account: the answer and the time it takes are the
same. Who failed too often from one network waits, and learns how long; see `domain/throttle.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import pyotp

from gongdan.api.domain.accounts import Account, NewCredential, Which
from gongdan.api.domain.throttle import FREE_PER_NETWORK, network_of, wait
from gongdan.api.ports import Accounts, CredentialStore, Definitions, Passwords
from gongdan.shared.access.chain import Entry
from gongdan.shared.access.credentials import SESSION_PREFIX, digest_of, new_secret, seal_of
from gongdan.shared.access.refusal import Denied, NotPermitted
from gongdan.shared.access.tokens import ADMIN, SESSION_TERM, Identity, Proved, sign_in_first
from gongdan.shared.access.who import ANONYMOUS, UNLIMITED, Credential
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.access import CredentialIssued
from gongdan.shared.contracts.audit import AuditKind
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.errors import Complaint, FixInput, NotAllowed

STEP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody who wants in with a password. `address` is where the request comes from."""

    email: str
    password: str
    code: str | None
    address: str


WRONG = Complaint("password", "address, password or code is wrong", "correct them, or ask for a new password")


@dataclass(frozen=True, slots=True)
class SigningIn:
    """Every `on_` returns the secret of a new session, and raises RetryLater while PostgreSQL is away."""

    accounts: Accounts
    credentials: CredentialStore
    passwords: Passwords
    definitions: Definitions
    identity: Identity
    clock: Clock

    async def on_token(self, token: str, address: str) -> str:
        """The administrator's token. Raises NotAllowed (401)."""
        if not self.identity.is_admin_token(token):
            no = Denied(ANONYMOUS, None, "sign in as administrator", "the token is wrong")
            raise NotPermitted(no, "sign in first", *sign_in_first().complaints, status=401)
        return await self.begin(ADMIN, "token", address)

    async def on_password(self, asked: Attempt) -> str:
        """Mail address, password, and code where the account has a second factor. Raises NotAllowed (401, 429)."""
        network = network_of(asked.address)
        await self._not_too_soon(asked.email, network)
        account = await self.accounts.find(asked.email)
        right = await self.passwords.fits(account.password if account else None, asked.password)
        if account is None or not (right and account.active and await self._second_factor(account, asked.code)):
            entry = self._entry("sign_in_failed", asked.email, {"network": network}, actor="anonymous:")
            await self.accounts.failed(asked.email, network, entry)
            raise wrong_pair()
        await self.accounts.succeeded(asked.email, network)
        known = Credential(self.actor_of(account.email), organisation=account.organisation)
        return await self.begin(known, "password", asked.address, account.email)

    async def on_sign_out(self, proved: Proved) -> None:
        """End the session that the request came with."""
        if proved.digest:
            entry = self._entry("signed_out", str(proved.credential.actor))
            await self.credentials.revoke(Which(kind="session", digest=proved.digest), entry)

    async def begin(self, known: Credential, way: str, address: str, account: str | None = None) -> str:
        """A new session for somebody who proved who they are; returns its secret."""
        secret, now = new_secret(SESSION_PREFIX), self.clock.now()
        issued = self._session(known, digest_of(secret), now)
        entry = self._entry(
            "signed_in", str(known.actor), {"way": way, "network": network_of(address)}, str(known.actor)
        )
        await self.credentials.issue(NewCredential(uuid4(), way, issued, str(known.actor), account), entry)
        return secret

    def actor_of(self, email: str) -> Actor:
        """The agent with this mail address, else the contact. Raises NotAllowed (403) when two agents share it."""
        found = {item.name for item, spec in self.definitions.current.all(Agent) if (spec.email or "").lower() == email}
        if len(found) > 1:
            complaint = Complaint("email", "belongs to several agents", "give each Agent an address of its own")
            raise NotAllowed("who this is cannot be told", complaint)
        return Actor("agent", found.pop()) if found else Actor("contact", f"email:{email}")

    def _session(
        self, known: Credential, digest: str, now: datetime, term: timedelta = SESSION_TERM
    ) -> CredentialIssued:
        seal = seal_of(digest, self.identity.admin_token) if UNLIMITED in known.roles else ""
        return CredentialIssued(
            digest=digest,
            kind="session",
            actor=str(known.actor),
            roles=known.roles,
            organisation=known.organisation,
            issued_at=now,
            ends_at=now + term,
            seal=seal,
            by=known.by,
        )

    async def _not_too_soon(self, email: str, network: str) -> None:
        failures, now = await self.accounts.failures(email, network), self.clock.now()
        left = max(
            wait(failures.here, failures.here_last, now),
            wait(failures.network, failures.network_last, now, FREE_PER_NETWORK),
        )
        if left:
            cure = f"wait {int(left.total_seconds()) + 1} seconds"
            complaint = Complaint("password", "signing in failed too often from here", cure)
            raise FixInput("too-many-failures", "wait before you try again", complaint, status=429)

    async def _second_factor(self, account: Account, code: str | None) -> bool:
        if not (account.totp and account.totp_confirmed):
            return True
        step = accepted_step(account.totp, code or "", self.clock.now())
        return step is not None and await self.accounts.use_code(account.email, step)

    def _entry(self, kind: AuditKind, subject: str, detail: dict[str, str] | None = None, actor: str = "") -> Entry:
        return Entry(self.clock.now(), actor or subject, kind, subject, detail or {})


def accepted_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step that a code belongs to: this one or a neighbour, for clocks that are not quite right."""
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(secret)
    fits = [step for step in (current - 1, current, current + 1) if _same(generator.generate_otp(step), code)]
    return fits[0] if fits else None


def _same(expected: str, given: str) -> bool:
    return pyotp.utils.strings_equal(expected, given.strip())


def wrong_pair() -> NotAllowed:
    """The one answer to every failure."""
    return NotAllowed("that does not let you in", WRONG, status=401)
