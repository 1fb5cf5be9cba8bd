"""`python -m gongdan.sla_timer`: runs the service until SIGTERM."""

from gongdan.shared.service import launch
from gongdan.sla_timer.app import NAME, build
from gongdan.sla_timer.settings import Settings

if __name__ == "__main__":
    launch(NAME, Settings, build)
