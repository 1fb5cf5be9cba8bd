"""`gongdan up` with one fake service: what a test needs to press Ctrl-C.

python run_up.py FOLDER OFFSET
"""

import asyncio
import sys
from pathlib import Path

from gongdan.shared.embedded.commands.up import run
from gongdan.shared.embedded.installation import Installation, bare_environment
from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.ports import Ports
from tests.integration.embedded.fake_services import fake_services

if __name__ == "__main__":
    folder, offset = sys.argv[1:]
    site = Installation(open_data_dir(Path(folder)), Ports.shifted(int(offset)), environment=bare_environment())
    asyncio.run(run(site, "gongdan", fake_services(intake="well")))
