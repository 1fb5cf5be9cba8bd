"""`python -m gongdan.api`."""

from gongdan.api.app import build
from gongdan.api.settings import ApiSettings
from gongdan.shared import log
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import main

settings = ApiSettings()
log.configure("api", settings.log_format, settings.log_level)
main(build(settings, SystemClock()))
