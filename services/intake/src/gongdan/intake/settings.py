"""What intake needs to be told."""

from pathlib import Path

from pydantic import Field, SecretStr

from gongdan.shared.settings import BaseServiceSettings


class IntakeSettings(BaseServiceSettings):
    """Settings of intake, from the environment (`GONGDAN_…`).

    `mail_recipients`: patterns of addresses that get mail beside those of Mailboxes and Workspaces, as a JSON list;
    by default `support` at `mail_domain`, whom replies come from, and all of a domain that ends in `.localhost`,
    where no stranger can write to. `mail_authserv_ids`: the names under which our own mail servers write
    Authentication-Results fields, as a JSON list; no others are believed. `mail_bytes` bounds one mail, `smtp_memory`
    all that are being received, `smtp_connections` the clients at a time, `smtp_client_connections` those of one
    address, and `smtp_client_mails` what that hands in a minute (0: as much as it likes); lower both where strangers
    connect directly. With a certificate (a PEM file, its key in it or beside it) STARTTLS is offered, with
    `smtp_require_tls` insisted on.

    At most `mail_readers` processes read the mails of a backlog, while intake's own keeps them; with 0 it does both.

    What is in quarantine stays for `quarantine_days`, decided about or not, and only as much as fits into
    `quarantine_bytes`: what is decided goes first, then the oldest.

    `clamav` is where a virus scanner looks at the files of forms and uploads: `host:port` of its daemon, or its socket.
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
    smtp_client_connections: int = Field(default=100, ge=1, le=10_000)
    smtp_client_mails: int = Field(default=0, ge=0, le=1_000_000)
    smtp_memory: int = Field(default=256 * 1024 * 1024, ge=1024 * 1024)
    smtp_tls_certificate: Path | None = None
    smtp_tls_key: Path | None = None
    smtp_require_tls: bool = False
    mail_bytes: int = Field(default=25 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    mail_readers: int = Field(default=1, ge=0, le=8)
    mail_recipients: tuple[str, ...] = ()
    mail_authserv_ids: tuple[str, ...] = ()
    quarantine_days: int = Field(default=180, ge=1, le=3_650)
    quarantine_bytes: int = Field(default=10 * 1024**3, ge=100 * 1024 * 1024)
    clamav: str | None = Field(default=None, pattern=r"^(/\S+|\S+:\d{1,5})$")
    commit_batch: int = Field(default=500, ge=1, le=5_000)
    commit_queue: int = Field(default=5_000, ge=1, le=100_000)

    @property
    def patterns(self) -> tuple[str, ...]:
        """The recipients that get mail beside those that definitions name."""
        usual = "*" if self.mail_domain.endswith(".localhost") else "support"
        return self.mail_recipients or (f"{usual}@{self.mail_domain}",)
