"""What api needs to be told, beside what every service needs."""

from pathlib import Path

from pydantic import SecretStr

from gongdan.shared.settings import BaseServiceSettings


class ApiSettings(BaseServiceSettings):
    """Environment variables `GONGDAN_…`. `blobs_dir` is the folder that intake keeps attachments in."""

    http_port: int = 8085
    admin_token: SecretStr
    blobs_dir: Path
    public_url: str = "http://127.0.0.1:8080"
