"""A replica of intake that reads mailboxes, as a process of its own that tests can kill: settings by environment."""

import asyncio
from datetime import timedelta

from gongdan.intake.adapters import imap, imap_reader, imap_thread
from gongdan.intake.adapters.imap import Mailboxes
from gongdan.intake.app import build
from gongdan.intake.settings import IntakeSettings
from gongdan.shared.clock import SystemClock
from gongdan.shared.service import Service

READS = ("definitions", "definitions-refresh", "group-commit", "mailboxes")
TERM = timedelta(seconds=3)


def hasten(service: Service) -> None:
    """Leases that end soon after their holder."""
    mailboxes = next(part for part in service.parts if isinstance(part, Mailboxes))
    object.__setattr__(mailboxes.shared.lease, "term", TERM)
    imap.COUNT_AGAIN = imap_reader.RENEW = timedelta(seconds=0.5)
    imap_thread.SLICE = timedelta(seconds=0.2)


async def main() -> None:
    """Read until killed."""
    service = build(IntakeSettings(), SystemClock())
    hasten(service)
    for part in service.parts:
        if part.name in READS:
            await part.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
