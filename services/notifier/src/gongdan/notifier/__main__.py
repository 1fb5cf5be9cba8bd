"""`python -m gongdan.notifier`: runs the service until SIGTERM."""

from gongdan.notifier.app import NAME, build
from gongdan.notifier.settings import Settings
from gongdan.shared.service import launch

if __name__ == "__main__":
    launch(NAME, Settings, build)
