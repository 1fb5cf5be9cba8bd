"""Accounts and failures to sign in, in PostgreSQL."""

from dataclasses import asdict, dataclass

from gongdan.api.adapters.audit import append
from gongdan.api.domain.accounts import Account, Failures
from gongdan.api.domain.throttle import FORGET_AFTER
from gongdan.shared.access.chain import Entry
from gongdan.shared.clock import Clock
from gongdan.shared.db.session import Database

FIND = """
    SELECT email, password, totp, totp_confirmed, organisation, active, changed_at FROM accounts WHERE email = :email
"""
SAVE = """
    INSERT INTO accounts (email, password, totp, totp_confirmed, organisation, active, changed_at)
    VALUES (:email, :password, :totp, :totp_confirmed, :organisation, :active, :changed_at)
    ON CONFLICT (email) DO UPDATE SET password = excluded.password, totp = excluded.totp,
        totp_confirmed = excluded.totp_confirmed, organisation = excluded.organisation, active = excluded.active,
        changed_at = excluded.changed_at
"""
FAILURES = """
    SELECT coalesce(max(failures) FILTER (WHERE account = :account), 0) AS here,
           max(last_at) FILTER (WHERE account = :account) AS here_last,
           coalesce(sum(failures), 0) AS network, max(last_at) AS network_last
    FROM sign_in_failures WHERE network = :network AND last_at > :since
"""
FAILED = """
    INSERT INTO sign_in_failures AS old (account, network, failures, last_at) VALUES (:account, :network, 1, :now)
    ON CONFLICT (account, network) DO UPDATE SET last_at = :now,
        failures = CASE WHEN old.last_at > :since THEN old.failures + 1 ELSE 1 END
"""
FORGET = "DELETE FROM sign_in_failures WHERE last_at <= :since"


@dataclass(frozen=True, slots=True)
class PostgresAccounts:
    """The tables `accounts` and `sign_in_failures`."""

    db: Database
    clock: Clock

    async def find(self, email: str) -> Account | None:
        """An account, active or not."""
        async with self.db.transaction() as unit:
            row = await unit.one(FIND, {"email": email})
        return Account(**row._asdict()) if row else None

    async def save(self, account: Account, entry: Entry) -> None:
        """Create or change one."""
        async with self.db.transaction() as unit:
            await unit.execute(SAVE, asdict(account))
            await append(unit, [entry])

    async def failures(self, email: str, network: str) -> Failures:
        """What failed within FORGET_AFTER."""
        values = {"account": email, "network": network, "since": self.clock.now() - FORGET_AFTER}
        async with self.db.transaction() as unit:
            row = await unit.one(FAILURES, values)
        return Failures(int(row.here), row.here_last, int(row.network), row.network_last) if row else Failures()

    async def failed(self, email: str, network: str, entry: Entry) -> None:
        """Count one more failure; those long past are let go of."""
        now = self.clock.now()
        values = {"now": now, "since": now - FORGET_AFTER}
        async with self.db.transaction() as unit:
            await unit.execute(FAILED, values | {"account": email, "network": network})
            await unit.execute(FORGET, {"since": values["since"]})
            await append(unit, [entry])

    async def succeeded(self, email: str, network: str) -> None:
        """Forget the failures of an account from a network."""
        async with self.db.transaction() as unit:
            await unit.execute(
                "DELETE FROM sign_in_failures WHERE account = :account AND network = :network",
                {"account": email, "network": network},
            )

    async def use_code(self, email: str, step: int) -> bool:
        """Note that the code of a time step was used; False when it, or a later one, was before."""
        async with self.db.transaction() as unit:
            done = await unit.execute(
                "UPDATE accounts SET totp_step = :step WHERE email = :email AND totp_step < :step",
                {"email": email, "step": step},
            )
        return done == 1
