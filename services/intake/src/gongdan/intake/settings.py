"""What intake needs to be told."""

from pathlib import Path

from pydantic import Field, SecretStr

from gongdan.shared.settings import BaseServiceSettings


class IntakeSettings(BaseServiceSettings):
    """Settings of intake, from the environment (`GONGDAN_…`).

    `mail_recipients`: patterns of addresses that get mail beside those of Mailboxes and Workspaces, as a JSON list;
    by default everything at `mail_domain`. `mail_bytes` bounds one mail, `smtp_connections` the clients at a time.

    `encryption_key` encrypts what intake must keep secret in its database, such as the tokens of mailboxes; without one
    a key derived from `signing_key` does.
    """

    http_port: int = 8081
    signing_key: SecretStr
    encryption_key: SecretStr | None = None
    admin_token: SecretStr
    blobs_dir: Path
    mail_domain: str = "gongdan.localhost"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=2525, ge=0, le=65_535)
    smtp_connections: int = Field(default=100, ge=1, le=10_000)
    mail_bytes: int = Field(default=25 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    mail_recipients: tuple[str, ...] = ()
    commit_batch: int = Field(default=500, ge=1, le=5_000)
    commit_queue: int = Field(default=5_000, ge=1, le=100_000)
