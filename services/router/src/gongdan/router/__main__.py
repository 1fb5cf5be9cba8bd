"""`python -m gongdan.router`: runs the service until SIGTERM."""

from gongdan.router.app import NAME, build
from gongdan.router.settings import RouterSettings
from gongdan.shared import log
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import main

if __name__ == "__main__":
    settings = RouterSettings()
    log.configure(NAME, settings.log_format, settings.log_level)
    main(build(settings, SystemClock()))
