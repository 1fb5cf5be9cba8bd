"""`python -m gongdan.router.log [--since 2026-03-01T00:00:00+00:00]`: the log of tickets as lines of JSON.

Every event of every ticket to which something happened since, one ticket after the other, each in order. Needs
router's settings; changes nothing.
"""

import argparse
import asyncio
import sys
from datetime import UTC, datetime
from typing import BinaryIO

from gongdan.router.app import database
from gongdan.router.settings import RouterSettings
from gongdan.shared.db.session import Database
from gongdan.shared.event_lines import line_of
from gongdan.shared.settings import from_environment

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LOG = """
    SELECT CAST(ticket_id AS text) AS ticket, type, CAST(headers AS text) AS headers, CAST(payload AS text) AS payload
    FROM events WHERE ticket_id IN (SELECT ticket_id FROM events WHERE recorded_at >= :since)
    ORDER BY ticket_id, version
"""


async def write(db: Database, since: datetime, out: BinaryIO) -> int:
    """Write the log; returns how many events there were."""
    count = 0
    async with db.transaction() as unit:
        async for row in unit.stream(LOG, {"since": since}):
            out.write(line_of(row.ticket, row.type, row.headers, row.payload))
            count += 1
    out.flush()
    return count


async def log_of(since: datetime) -> None:
    """Write the log to standard output."""
    db = database(from_environment(RouterSettings).database_url)
    try:
        await write(db, since, sys.stdout.buffer)
    finally:
        await db.stop()


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--since", type=datetime.fromisoformat, default=BEGINNING, help="ISO 8601 with an offset")
    asyncio.run(log_of(parser.parse_args().since))


if __name__ == "__main__":
    main()
