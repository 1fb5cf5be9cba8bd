"""Which installation a command is about: the options that all commands share, and how faults are told."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.layout import DataDir
from gongdan.shared.embedded.ports import Ports

USUAL_FOLDER = ".gongdan"
NOT_STARTED = 2

DataFolder = Annotated[
    Path, typer.Option("--data-dir", envvar="GONGDAN_DATA_DIR", help="Folder of all data and secrets.")
]
PortOffset = Annotated[
    int, typer.Option("--port-offset", envvar="GONGDAN_PORT_OFFSET", help="Added to every port number.")
]


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what a person must fix into one line on standard error and exit status 2."""
    try:
        yield
    except FixSetup as error:
        typer.echo(f"gongdan: {error}", err=True)
        raise typer.Exit(NOT_STARTED) from None


def running_installation(folder: Path, offset: int) -> tuple[DataDir, Ports]:
    """The installation that a client command talks to. Raises FixSetup when there is none in the folder."""
    data = DataDir(folder.expanduser().resolve())
    if not data.admin_token.exists():
        raise FixSetup(f"{data.root} holds no Gongdan", "run `gongdan up` first, or name the folder with --data-dir")
    return data, Ports.shifted(offset)


def command_line(folder: Path, offset: int) -> str:
    """How to call this program again for the same installation, such as `.venv/bin/gongdan`."""
    settings = []
    if str(folder) != USUAL_FOLDER:
        settings.append(f"GONGDAN_DATA_DIR={shlex.quote(str(folder))}")
    if offset:
        settings.append(f"GONGDAN_PORT_OFFSET={offset}")
    program = Path(sys.argv[0])
    name = os.path.relpath(program) if program.is_file() else "gongdan"
    return " ".join([*settings, shlex.quote(name)])
