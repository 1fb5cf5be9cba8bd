"""What intake needs to be told."""

from pathlib import Path

from pydantic import Field, SecretStr

from gongdan.shared.settings import BaseServiceSettings


class IntakeSettings(BaseServiceSettings):
    """Settings of intake, from the environment (`GONGDAN_…`)."""

    http_port: int = 8081
    signing_key: SecretStr
    admin_token: SecretStr
    blobs_dir: Path
    mail_domain: str = "gongdan.localhost"
    smtp_host: str = "127.0.0.1"
    smtp_port: int = Field(default=2525, ge=0, le=65_535)
    commit_batch: int = Field(default=500, ge=1, le=5_000)
    commit_queue: int = Field(default=5_000, ge=1, le=100_000)
