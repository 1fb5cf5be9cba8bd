"""`gongdan replay`: say the log of tickets again, silently, for a reader that lost its data."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from gongdan.shared.embedded.commands.moments import moment
from gongdan.shared.embedded.commands.where import Where, told_plainly, where_of
from gongdan.shared.embedded.installation import Installation, service_settings


def replay(
    context: typer.Context,
    ticket: Annotated[str | None, typer.Option(help="Only this ticket.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what was recorded since: 2d, or a moment as ISO 8601 with an offset.")
    ] = None,
) -> None:
    """Say the log of tickets again. Readers drop what they have; nothing is sent to anybody."""
    with told_plainly():
        environment = _environment(where_of(context))
        chosen = [f"--ticket={ticket}"] if ticket else []
        chosen += [f"--since={moment(since, datetime.now(UTC)).isoformat()}"] if since else []
    done = subprocess.run([sys.executable, "-m", "gongdan.router.replay", *chosen], env=environment, check=False)  # noqa: S603 - our own program
    raise typer.Exit(done.returncode)


def _environment(where: Where) -> dict[str, str]:
    installation = Installation(where.existing(), where.ports)
    return dict(os.environ) | service_settings(installation, where.ports.router)
