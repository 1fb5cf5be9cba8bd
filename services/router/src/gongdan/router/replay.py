"""`python -m gongdan.router.replay [--ticket GD-1] [--since 2026-03-01T00:00:00+00:00]`: say the log again, silently.

Needs router's settings. The running router publishes what this puts into the outbox.
"""

import argparse
import asyncio
from datetime import datetime

from gongdan.router.adapters.replay import Replay
from gongdan.router.app import database
from gongdan.router.settings import RouterSettings
from gongdan.shared.settings import from_environment


async def replay(number: str | None, since: datetime | None) -> int:
    """How many events were put into the outbox."""
    db = database(from_environment(RouterSettings).database_url)
    try:
        return await Replay(db, number, since).run()
    finally:
        await db.stop()


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticket", help="only this ticket")
    parser.add_argument("--since", type=datetime.fromisoformat, help="only what was recorded since, ISO 8601")
    chosen = parser.parse_args()
    said = asyncio.run(replay(chosen.ticket, chosen.since))
    if chosen.ticket and not said:
        raise SystemExit(f"nothing was recorded of ticket {chosen.ticket}: check its number, and --since")
    print(f"{said} events will be said again")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
