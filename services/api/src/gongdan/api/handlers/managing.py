"""Accounts: made and changed by who manages them; password and second factor changed by their owners."""

from dataclasses import dataclass, replace

import pyotp

from gongdan.api.domain.accounts import Account, AccountChange, Which
from gongdan.api.domain.audit import did
from gongdan.api.handlers.signing_in import WRONG, accepted_step
from gongdan.api.ports import Accounts, CredentialStore, Passwords
from gongdan.shared.access.refusal import NotPermitted, denied, refused
from gongdan.shared.access.rights import Rights
from gongdan.shared.clock import Clock
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class Managing:
    """`rights` are those of who asks. Raises RetryLater while PostgreSQL is away."""

    accounts: Accounts
    credentials: CredentialStore
    passwords: Passwords
    clock: Clock

    async def on_change(self, email: str, change: AccountChange, rights: Rights) -> None:
        """Create or change an account. A new password, or an end, ends its sessions at once."""
        before = await self.accounts.find(email) or Account(email, self.clock.now())
        hashed = await self.passwords.hash(change.password) if change.password else before.password
        without = change.without_second_factor
        after = replace(
            before,
            password=hashed,
            organisation=before.organisation if change.organisation is None else change.organisation,
            active=before.active if change.active is None else change.active,
            totp=None if without else before.totp,
            totp_confirmed=before.totp_confirmed and not without,
        )
        await self._save(after, rights, change.what)
        if change.password or not after.active:
            await self._end_sessions(email, rights)

    async def on_password(self, rights: Rights, old: str, new: str) -> None:
        """Change one's own password; all one's sessions end. Raises NotAllowed (401) for a wrong old one."""
        account = await self._own(rights)
        if not await self.passwords.fits(account.password, old):
            no = denied(rights, "change a password", "the old one is wrong")
            raise NotPermitted(no, "that is not your password", WRONG, status=401)
        await self._save(replace(account, password=await self.passwords.hash(new)), rights, "password")
        await self._end_sessions(account.email, rights)

    async def on_second_factor(self, rights: Rights) -> tuple[str, str]:
        """A new secret for an authenticator, and its address; it counts once a code of it was confirmed."""
        account = await self._own(rights)
        if account.totp_confirmed:
            complaint = Complaint("second-factor", "is there already", "ask an administrator to take it away first")
            raise FixInput("already-there", "the account has a second factor", complaint, status=409)
        secret = pyotp.random_base32()
        await self._save(replace(account, totp=secret), rights, "second factor begun")
        return secret, pyotp.TOTP(secret).provisioning_uri(name=account.email, issuer_name="Gongdan")

    async def on_confirmation(self, rights: Rights, code: str) -> None:
        """From now on signing in needs a code. Raises FixInput (422) when this is none."""
        account = await self._own(rights)
        step = accepted_step(account.totp, code, self.clock.now()) if account.totp else None
        if step is None or not await self.accounts.use_code(account.email, step):
            complaint = Complaint("code", "does not fit", "begin with POST /auth/second-factor, send its next code")
            raise FixInput("invalid-input", "that is not the code", complaint)
        await self._save(replace(account, totp_confirmed=True), rights, "second factor")

    async def _own(self, rights: Rights) -> Account:
        account = await self.accounts.find(rights.who.email)
        if account is None or not account.active:
            complaint = Complaint("session", "belongs to no account", "sign in with a mail address and password")
            raise refused(rights, "change a password", "only who has an account has a password", complaint)
        return account

    async def _save(self, account: Account, rights: Rights, what: str) -> None:
        now = self.clock.now()
        entry = did(rights, now, "account_changed", account.email, {"what": what})
        await self.accounts.save(replace(account, changed_at=now), entry)

    async def _end_sessions(self, email: str, rights: Rights) -> None:
        entry = did(rights, self.clock.now(), "session_revoked", email)
        await self.credentials.revoke(Which(kind="session", account=email), entry)
