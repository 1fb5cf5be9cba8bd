"""What notifier needs to be told besides what every service does."""

from pathlib import Path

from pydantic import Field, SecretStr

from gongdan.shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """`smtp_url` is `smtp://host:port` or `smtps://host:port`; user and password may stand in it or beside it.

    `mail_from` is the address customers see and write to, `support@<mail_domain>` unless given.
    `smtp_connections` bounds how many mails are sent at once.
    """

    http_port: int = 8084
    signing_key: SecretStr
    blobs_dir: Path
    smtp_url: str
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_connections: int = Field(default=4, ge=1, le=100)
    kafka_batch_gap_ms: int = Field(default=250, ge=0, le=10_000)
    niceness: int = Field(default=16, ge=0, le=19)
    mail_domain: str = Field(default="gongdan.localhost", pattern=r"^[A-Za-z0-9.-]{1,253}$")
    mail_from: str | None = Field(default=None, pattern=r"^[^\s<>@]+@[^\s<>@]+$")
    public_url: str = "http://127.0.0.1:8080"

    @property
    def sender(self) -> str:
        """The address mails come from."""
        return self.mail_from or f"support@{self.mail_domain}"
