"""`python -m gongdan.api`: runs the service until SIGTERM."""

from gongdan.api.app import NAME, build
from gongdan.api.settings import ApiSettings
from gongdan.shared.service import launch

if __name__ == "__main__":
    launch(NAME, ApiSettings, build)
