"""`python -m gongdan.notifier`: runs the service until SIGTERM."""

from gongdan.notifier.app import NAME, build
from gongdan.notifier.settings import Settings
from gongdan.shared import log
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import main

if __name__ == "__main__":
    settings = Settings()
    log.configure(NAME, settings.log_format, settings.log_level)
    main(build(settings, SystemClock()))
