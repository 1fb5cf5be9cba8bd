"""`python -m gongdan.intake`: runs the service until SIGTERM."""

from gongdan.intake.app import NAME, build
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.service import launch

if __name__ == "__main__":
    launch(NAME, IntakeSettings, build)
