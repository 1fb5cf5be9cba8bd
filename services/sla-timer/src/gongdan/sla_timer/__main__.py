"""Starts the service: `python -m gongdan.sla_timer`."""

from gongdan.shared import log
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import main
from gongdan.sla_timer.app import build
from gongdan.sla_timer.settings import Settings

if __name__ == "__main__":
    settings = Settings()
    log.configure("sla-timer", settings.log_format, settings.log_level)
    main(build(settings, SystemClock()))
