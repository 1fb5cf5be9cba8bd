"""What api needs to be told, beside what every service needs."""

from pathlib import Path

from pydantic import SecretStr

from gongdan.shared.settings import BaseServiceSettings


class ApiSettings(BaseServiceSettings):
    """Environment variables `GONGDAN_…`. `blobs_dir` is the folder that intake keeps attachments in.

    `oidc_issuer`: the address of an OpenID Connect provider that people sign in with; empty: none. `oidc_name`: what
    the page calls it; empty: its host. `oidc_roles`: which roles membership in a group gives beside those of the Agent
    definition, as JSON `{"group": ["role"]}`.
    """

    http_port: int = 8085
    admin_token: SecretStr
    blobs_dir: Path
    public_url: str = "http://127.0.0.1:8080"
    oidc_issuer: str = ""
    oidc_name: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_groups_claim: str = "groups"
    oidc_roles: dict[str, list[str]] = {}
