"""Mailbox: an IMAP account that intake reads."""

from typing import Literal

from pydantic import Field

from gongdan.shared.definitions.base import Name, Strict


class After(Strict):
    """What to do with a mail once it is kept: `flag` marks it seen, `move_to` moves it, neither leaves it."""

    flag: bool = True
    move_to: str | None = None


class Mailbox(Strict):
    """`spec` of kind Mailbox. `address` is where customers write to."""

    protocol: Literal["imap"] = "imap"
    host: str
    port: int = 993
    tls: bool = True
    user: str
    secret_ref: str = Field(alias="secretRef", pattern=r"^(env|file):.+$")
    folder: str = "INBOX"
    after: After = After()
    workspace: Name = "support"
    address: str
    poll_seconds: int = Field(default=30, ge=1)
