"""People who are signed in, with roles that a test makes up."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from gongdan.api.adapters.credentials import PostgresCredentials
from gongdan.api.domain.accounts import NewCredential
from gongdan.shared.access.chain import Entry
from gongdan.shared.access.credentials import SESSION_PREFIX, digest_of, new_secret
from gongdan.shared.access.tokens import COOKIE
from gongdan.shared.clock import SystemClock
from gongdan.shared.contracts.access import CredentialIssued
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition
from tests.integration.api.live import Live
from tests.unit.shared.access.given import agent


def define(live: Live, *roles: Definition) -> None:
    """Put roles in force, each with an agent of the same name who has it, and nothing else."""
    names = dict.fromkeys(item.name for item in roles)
    live.definitions.current = catalog_of(1, [*roles, *(agent(name, name) for name in names)])


async def session(live: Live, actor: str) -> dict[str, str]:
    """The headers of somebody who has just signed in."""
    secret, now = new_secret(SESSION_PREFIX), datetime.now(UTC)
    ends_at = now + timedelta(hours=1)
    issued = CredentialIssued(digest=digest_of(secret), kind="session", actor=actor, issued_at=now, ends_at=ends_at)
    new = NewCredential(uuid4(), "test", issued, actor)
    await PostgresCredentials(live.database, SystemClock()).issue(new, Entry(now, actor, "signed_in", actor))
    return {"Cookie": f"{COOKIE}={secret}"}
