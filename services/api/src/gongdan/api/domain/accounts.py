"""Accounts and credentials as they are kept. Which roles an account has is not here: its Agent definition says so."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongdan.shared.contracts.access import CredentialIssued

SHORTEST_PASSWORD = 10


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in with a password, known by a mail address in lower case.

    `password` is its argon2id hash, None while it has none. `totp` is the secret of the second factor, asked for once
    it is confirmed. `organisation` is the mail domain whose tickets a contact may see, where a role allows that.
    """

    email: str
    changed_at: datetime
    password: str | None = None
    totp: str | None = None
    totp_confirmed: bool = False
    organisation: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is to be different about an account; None: stays as it is. `what` names the parts, for the audit."""

    what: str
    password: str | None = None
    organisation: str | None = None
    active: bool | None = None
    without_second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Failures:
    """How often signing in failed: to one account from one network, and to any account from that network."""

    here: int = 0
    here_last: datetime | None = None
    network: int = 0
    network_last: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewCredential:
    """A credential to be put in force. `id` is what people call it by; `account` is the one it came from."""

    id: UUID
    name: str
    issued: CredentialIssued
    issued_by: str
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Credentials by what they have in common; all that is given must fit."""

    kind: str | None = None
    digest: str | None = None
    id: UUID | None = None
    actor: str | None = None
    account: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A credential in force, as its owner or an administrator sees it."""

    id: UUID
    name: str
    issued: CredentialIssued
    issued_by: str
    last_used_at: datetime | None
