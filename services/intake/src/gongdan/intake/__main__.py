"""`python -m gongdan.intake`."""

from gongdan.intake.app import build
from gongdan.intake.settings import IntakeSettings
from gongdan.shared import log
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import main

settings = IntakeSettings()
log.configure("intake", settings.log_format, settings.log_level)
main(build(settings, SystemClock()))
