"""Services that do nothing but answer `/readyz`, for tests of what keeps services alive.

    python fake_service.py PORT MODE

`well` answers and ends on SIGTERM; `deaf` answers and ignores SIGTERM; `dying` ends at once with status 3.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from gongdan.shared.embedded.installation import Installation, UnitMaker
from gongdan.shared.embedded.process import Command
from gongdan.shared.embedded.units import ProcessUnit, Unit, http_ready

PROGRAM = Path(__file__).with_name("fake_service.py")


def fake_services(**modes: str) -> UnitMaker:
    """Makes services by name, such as `intake="well"`, on the ports of their names."""

    def make(installation: Installation) -> Sequence[Unit]:
        return [_unit(installation, name.replace("_", "-"), mode) for name, mode in modes.items()]

    return make


def _unit(installation: Installation, name: str, mode: str) -> Unit:
    port = installation.ports.of(name)
    argv = (sys.executable, str(PROGRAM), str(port), mode)
    command = Command(name, argv, installation.data.log(name), installation.environment)
    return ProcessUnit(command, http_ready(port))
