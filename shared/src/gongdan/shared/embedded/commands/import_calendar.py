"""`gongdan import-calendar`: an iCalendar file as a Calendar definition, on which others can be based.

The same file gives the same definition: to follow a calendar that changes, import it again and apply the result.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from gongdan.shared.definitions.registry import check
from gongdan.shared.definitions.yaml_text import to_yaml
from gongdan.shared.embedded.commands.where import told_plainly
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.ical import Wanted, overrides_of
from gongdan.shared.errors import FixInput

USUAL_HOURS = ["09:00-18:00"]


def import_calendar(  # noqa: PLR0913, PLR0917 - a parameter for each option
    file: Annotated[Path, typer.Argument(help="The .ics file.")],
    name: Annotated[str, typer.Option(help="What the Calendar is to be called; others name it as `base`.")],
    timezone: Annotated[str, typer.Option(help="IANA time zone of its days.")] = "UTC",
    workspace: Annotated[str | None, typer.Option(help="The workspace it belongs to.")] = None,
    hours: Annotated[list[str] | None, typer.Option(help="When a day is open that is worked: 09:00-18:00.")] = None,
    since: Annotated[int | None, typer.Option(help="The first year; without it, last year.")] = None,
    years: Annotated[int, typer.Option(help="How many years.", min=1, max=50)] = 5,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write; else the screen.")] = None,
) -> None:
    """Turn the days of an .ics file into a Calendar definition."""
    with told_plainly():
        first = since or datetime.now(UTC).year - 1
        wanted = Wanted(
            date(first, 1, 1), date(first + years - 1, 12, 31), _zone(timezone), tuple(hours or USUAL_HOURS)
        )
        overrides, left_out = overrides_of(_content(file), wanted)
        document: dict[str, Any] = {
            "apiVersion": "gongdan/v1",
            "kind": "Calendar",
            "metadata": {"name": name} | ({"workspace": workspace} if workspace else {}),
            "spec": {"timezone": timezone, "overrides": overrides},
        }
        _must_fit(document)
    if output is None:
        typer.echo(to_yaml(document), nl=False)
    else:
        output.write_text(to_yaml(document), encoding="utf-8")
        count = f"{len(overrides)} override{'' if len(overrides) == 1 else 's'}"
        typer.echo(f"{count} written to {output}; `gongdan apply -f {output}` puts them in force")
    if left_out:
        typer.echo(f"{left_out} events with times of day were left out", err=True)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, LookupError, ValueError) as error:
        raise FixSetup(f"there is no time zone {name}", "write an IANA name, for instance Asia/Shanghai") from error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise FixSetup(f"{file} cannot be read: {error.strerror}", "name an .ics file") from error


def _must_fit(document: dict[str, Any]) -> None:
    try:
        check(document)
    except FixInput as error:
        raise FixSetup(str(error), "correct the options") from error
