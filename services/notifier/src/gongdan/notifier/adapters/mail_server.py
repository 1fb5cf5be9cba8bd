"""Where mail goes out: the server that a URL names, and how a connection to it is set up."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTP

from gongdan.shared.errors import Complaint, FixInput

COMMAND_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail goes out: `smtp://host:port` (STARTTLS where offered) or `smtps://host:port` (TLS from the start)."""

    host: str
    port: int
    tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str, user: str | None = None, password: str | None = None) -> "MailServer":
        """Read a URL, which may hold user and password. Raises FixInput when it is not one of ours."""
        parts = urlsplit(url)
        try:
            port = parts.port or (465 if parts.scheme == "smtps" else 25)
        except ValueError:
            port = 0
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname or not port:
            wrong = "names no mail server: write smtp://host:port, or smtps:// for TLS from the start"
            raise FixInput("invalid-setting", "no mail server", Complaint("GONGDAN_SMTP_URL", wrong))
        user = user or (unquote(parts.username) if parts.username else None)
        password = password or (unquote(parts.password) if parts.password else None)
        return cls(parts.hostname, port, parts.scheme == "smtps", user, password)

    def connection(self, own_name: str) -> SMTP:
        """A connection not yet made. A password is never sent over a line in the clear."""
        return SMTP(
            hostname=self.host,
            port=self.port,
            local_hostname=own_name,
            timeout=COMMAND_SECONDS,
            use_tls=self.tls,
            start_tls=None if self.tls or self.password is None else True,
            username=self.user if self.password is not None else None,
            password=self.password,
        )
