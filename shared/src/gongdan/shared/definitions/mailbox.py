"""Mailbox: an IMAP account that intake reads.

`from` is what replies come from and where customers write to; mail to an alias counts as mail to it. `auth.secretRef`
leads to the password, or with `kind: oauth2` to the first refresh token; each later one is kept by intake, encrypted,
until another secret is put there. Where the definition does not name the application (`client_id`), the secret does:
it is then the JSON object that providers' tools write, with `refresh_token`, `client_id` and, unless the application is
public, `client_secret`. Nothing is ever deleted from the account but by `after`.

Older definitions say `address` for `from`, and have `secretRef` beside `auth`: both are still read.

Example:

    kind: Mailbox
    metadata: {name: support}
    spec:
      protocol: imap
      host: imap.example.com
      tls: true
      user: support@example.com
      auth: {kind: password, secretRef: file:/run/secrets/support-mailbox}
      folder: INBOX
      after: {move_to: Processed}
      workspace: support
      from: support@example.com
      aliases: [help@example.com]
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import AliasChoices, Field, model_validator

from gongdan.shared.definitions.base import Email, Kind, Line, Scope, SecretRef, Strict, Url
from gongdan.shared.definitions.calendar import Day
from gongdan.shared.definitions.names import WorkspaceName
from gongdan.shared.errors import Complaint


class After(Strict):
    """What to do with a mail once it is kept: `flag` marks it seen, `move_to` moves it, neither leaves it."""

    flag: bool = Field(default=True, description="Mark it as seen.")
    move_to: Line | None = Field(default=None, description="Move it to this folder.")


class Auth(Strict):
    """How to sign in. Source for OAuth 2: RFC 6749 section 6 for refreshing, the providers' pages for XOAUTH2."""

    kind: Literal["password", "oauth2"] = Field(default="password", description="With a password, or by OAuth 2.")
    secret_ref: SecretRef = Field(alias="secretRef", description="Where the password or refresh token is.")
    provider: Literal["microsoft", "google"] | None = Field(default=None, description="Whose OAuth 2.")
    client_id: Line | None = Field(
        default=None, description="The application's id at the provider, where the secret does not hold it."
    )
    client_secret_ref: SecretRef | None = Field(
        default=None, alias="clientSecretRef", description="Where the application's secret is; public ones have none."
    )
    tenant: str = Field(
        default="common", pattern=r"^[A-Za-z0-9.-]{1,100}$", description="Microsoft only: the directory of the account."
    )
    token_url: Url | None = Field(default=None, description="Where tokens come from, where not the provider's usual.")
    scope: Line | None = Field(default=None, description="What is asked for, where not the provider's usual.")

    @model_validator(mode="after")
    def _is_complete(self) -> "Auth":
        if self.kind == "oauth2" and not (self.provider or self.token_url):
            raise ValueError("oauth2 needs either provider or token_url")
        return self


class Mailbox(Kind):
    """`spec` of kind Mailbox."""

    belongs: ClassVar[Scope] = Scope.NEVER
    former: ClassVar[Mapping[str, str]] = {"secretRef": "auth", "address": "from"}

    protocol: Literal["imap"] = Field(default="imap", description="How it is read.")
    host: str = Field(min_length=1, max_length=255, description="The server.")
    port: int = Field(default=993, ge=1, le=65_535, description="The server's port.")
    tls: bool | Literal["starttls"] = Field(
        default=True, description="Whether the connection is encrypted from its start; or starttls: soon after."
    )
    user: str = Field(min_length=1, max_length=320, description="Who signs in.")
    auth: Auth = Field(description="How intake signs in.")
    folder: str = Field(default="INBOX", min_length=1, max_length=255, description="What is read.")
    after: After = Field(default=After(), description="What becomes of a mail that was read.")
    workspace: WorkspaceName = Field(default="support", description="The Workspace its mail belongs to.")
    address: Email = Field(
        alias="from",
        validation_alias=AliasChoices("from", "address"),
        description="Where customers write to, and what replies come from.",
    )
    aliases: list[Email] = Field(default=[], max_length=50, description="Other addresses that lead here.")
    plus_addresses: bool | None = Field(
        default=None,
        description="Whether mail to user+anything arrives here, too, so that answers can go to an address of their"
        " ticket. Where not said, the providers that are known to do it are taken to.",
    )
    archive_before: Day | None = Field(
        default=None, description="What arrived before this day (UTC) is an archive: kept, and nobody hears of it."
    )
    poll_seconds: int = Field(default=30, ge=1, le=86_400, description="How often to look, in seconds.")

    @model_validator(mode="before")
    @classmethod
    def _secret_beside_auth(cls, given: object) -> object:
        """As older definitions have it."""
        if not isinstance(given, Mapping) or "secretRef" not in given:
            return given
        auth = given.get("auth", {})
        if not isinstance(auth, Mapping) or "secretRef" in auth:
            return given
        others = {name: value for name, value in given.items() if name != "secretRef"}
        return {**others, "auth": {**auth, "secretRef": given["secretRef"]}}

    def doubts(self) -> Iterator[Complaint]:
        """OAuth 2 that does not name its application: whether the secret does is seen when it is used."""
        if self.auth.kind == "oauth2" and self.auth.client_id is None:
            problem = "is left out, so the secret must name the application"
            cure = "write it, or put JSON with refresh_token and client_id where secretRef leads"
            yield Complaint("auth.client_id", problem, cure)

    @property
    def takes_plus_addresses(self) -> bool:
        """Whether mail to `user+anything@` arrives, as far as is known."""
        return self.auth.provider is not None if self.plus_addresses is None else self.plus_addresses
