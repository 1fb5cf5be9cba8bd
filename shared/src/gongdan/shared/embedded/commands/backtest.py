"""`gongdan backtest`: what other policies or calendars would have meant for the tickets of the last weeks.

The running installation checks the definitions and says which are in force; router writes its log into a pipe, from
which sla-timer counts all clocks twice. Nothing is changed.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from gongdan.shared.embedded.client import Client, Refused
from gongdan.shared.embedded.commands.moments import moment
from gongdan.shared.embedded.commands.tables import console
from gongdan.shared.embedded.commands.where import Where, told_plainly, where_of
from gongdan.shared.embedded.documents import fault_line, read_files
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.installation import Installation, service_settings
from gongdan.shared.json import dumps, loads_object

APPLY = "/intake/v1/definitions"
YAML_TYPE = {"Content-Type": "application/yaml"}
MOST_SHOWN = 50
Json = dict[str, Any]


class Shape(StrEnum):
    """How to show it."""

    TABLE = "table"
    JSON = "json"


def backtest(
    context: typer.Context,
    sla: Annotated[list[Path], typer.Option(help="Files of SlaPolicies, Calendars and what else is to be tried.")],
    since: Annotated[str, typer.Option(help="How far back: 90d, or a moment as ISO 8601 with an offset.")] = "90d",
    output: Annotated[Shape, typer.Option("-o", "--output", help="How to show it.")] = Shape.TABLE,
) -> None:
    """Compare breaches under the policies in force with those under others; change nothing."""
    with told_plainly():
        where, begin = where_of(context), moment(since, datetime.now(UTC))
        with where.client() as client:
            in_force = client.get("/v1/definitions")["items"]
            instead = _checked(client, sla)
        found = _compare(_environment(where), begin, in_force, instead)
    if output is Shape.TABLE:
        _show(found)
    else:
        typer.echo(dumps(found).decode())


def _checked(client: Client, places: Sequence[Path]) -> list[Json]:
    """The definitions in files, as the installation would apply them."""
    bundled = read_files(places)
    try:
        answer = client.post_raw(APPLY, bundled.text.encode(), YAML_TYPE, {"dry_run": "true"})
    except Refused as error:
        raise error.told_as([fault_line(bundled, fault) for fault in error.faults]) from error
    return [item for item in answer["definitions"] if item["document"]]


def _environment(where: Where) -> dict[str, str]:
    installation = Installation(where.existing(), where.ports)
    return dict(os.environ) | service_settings(installation, where.ports.router)


def _compare(environment: dict[str, str], since: datetime, in_force: list[Json], instead: list[Json]) -> Json:
    """Let router write into sla-timer, and read what that found."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for name, items in (("in-force", in_force), ("instead", instead)):
            file = Path(folder) / f"{name}.json"
            file.write_bytes(dumps({"definitions": items}))
            files.append(f"--{name}={file}")
        log = [sys.executable, "-m", "gongdan.router.log", f"--since={since.isoformat()}"]
        count = [sys.executable, "-m", "gongdan.sla_timer.backtest", log[-1], *files]
        with subprocess.Popen(log, env=environment, stdout=subprocess.PIPE) as writer:  # noqa: S603 - our own program
            done = subprocess.run(count, stdin=writer.stdout, stdout=subprocess.PIPE, check=False)  # noqa: S603 - ours
    if writer.returncode or done.returncode:
        raise FixSetup("the log could not be counted again", "see above; the installation must be running")
    return loads_object(done.stdout)


def _show(found: Json) -> None:
    total = found["total"]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("", "clocks", "breaches before", "after", "flips"):
        table.add_column(name, justify="left" if not name else "right")
    for group, tallies in {"": {"all": total}, **found["by"]}.items():
        for name, tally in tallies.items():
            label = f"{group} {name}".strip()
            table.add_row(label, *(str(tally[part]) for part in ("clocks", "before", "after", "flips")))
    screen = console()
    screen.print(table, markup=False)
    for flip in found["flips"][:MOST_SHOWN]:
        screen.print(_flip(flip), markup=False)
    if total["flips"] > MOST_SHOWN:
        screen.print(f"… {total['flips']} flips in all; -o json names the first thousand", markup=False)


def _flip(flip: Json) -> str:
    before, after = flip["before"], flip["after"]
    late = f"breaches at {after['breached_at']}" if after["breached_at"] else "no longer breaches"
    policies = dict.fromkeys(side["policy"] or "nothing promised" for side in (before, after))
    return f"{flip['ticket']} {flip['metric']} {flip['cycle']}: {late} ({' → '.join(policies)})"
