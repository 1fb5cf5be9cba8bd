"""Runs a stack with one fake service until it is killed: what a test needs to kill the supervisor itself.

python run_stack.py FOLDER OFFSET
"""

import asyncio
import json
import sys
from pathlib import Path

from gongdan.shared.embedded.stack import Stack
from tests.integration.embedded.fake_services import fake_services


async def main(folder: str, offset: str) -> None:
    """Start, say which processes there are, stay."""
    async with Stack(Path(folder), int(offset), services=fake_services(intake="well")) as stack:
        names = ("postgres", "broker", "front-door", "intake")
        sys.stdout.write(json.dumps({name: stack.pid(name) for name in names}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
