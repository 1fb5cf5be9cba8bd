"""Tables of the `gongdan` command: as wide as the screen, or wide enough for another program to read."""

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gongdan.shared.embedded.client import Json

PIPE_WIDTH = 200
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(?:Z|\+00:00)")


def print_table(rows: Sequence[Json], nothing: str = "nothing found") -> None:
    """Rows of the same columns, those of the first one; `nothing` is said when there are none."""
    if not rows:
        typer.echo(nothing)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in rows[0]:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell(value)) for value in row.values()))
    console().print(table)


def console() -> Console:
    """Where tables are printed."""
    return Console() if sys.stdout.isatty() else Console(width=PIPE_WIDTH)


def pick(items: Sequence[Json], columns: Sequence[str]) -> Sequence[Json]:
    """Some columns of each item."""
    return [{name: item.get(name) for name in columns} for item in items]


def cell(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """A value as a cell shows it: a dash for none, moments in UTC to the second, lists and objects as JSON."""
    if value is None:
        return "-"
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    moment = MOMENT.fullmatch(value)
    return f"{moment[1]}Z" if moment else value
