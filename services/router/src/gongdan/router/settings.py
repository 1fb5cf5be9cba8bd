"""What router needs to be told."""

from gongdan.shared.settings import BaseServiceSettings


class RouterSettings(BaseServiceSettings):
    """The settings of router."""

    http_port: int = 8082
