"""`python -m gongdan.router`: runs the service until SIGTERM."""

from gongdan.router.app import NAME, build
from gongdan.router.settings import RouterSettings
from gongdan.shared.service import launch

if __name__ == "__main__":
    launch(NAME, RouterSettings, build)
