"""Which installation a command is about, and how faults are told to whoever typed it."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from gongdan.shared.embedded.client import Client, Refused
from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.layout import DataDir
from gongdan.shared.embedded.ports import Ports

USUAL_FOLDER = Path(".gongdan")
REFUSED, NOT_STARTED = 1, 2


@dataclass(frozen=True, slots=True)
class Where:
    """The data folder and the port offset, as options or environment named them."""

    folder: Path = USUAL_FOLDER
    offset: int = 0

    @property
    def ports(self) -> Ports:
        """The installation's ports. Raises FixSetup for an offset out of range."""
        return Ports.shifted(self.offset)

    @property
    def front_url(self) -> str:
        """The front door."""
        return f"http://127.0.0.1:{self.ports.front}"

    def existing(self) -> DataDir:
        """The data folder of an installation that was started before. Raises FixSetup when there is none."""
        data = DataDir(self.folder.expanduser().resolve())
        if not data.admin_token.exists():
            cure = "run `gongdan up` first, or set GONGDAN_DATA_DIR to the folder of a running one"
            raise FixSetup(f"{data.root} holds no Gongdan", cure)
        return data

    def client(self) -> Client:
        """A client of the front door, as administrator. Raises FixSetup when there is none."""
        return Client(self.front_url, self.existing().admin_token.read_text().strip())

    def command_line(self) -> str:
        """How to call this program again for the same installation, such as `.venv/bin/gongdan`."""
        settings = []
        if self.folder != USUAL_FOLDER:
            settings.append(f"GONGDAN_DATA_DIR={shlex.quote(str(self.folder))}")
        if self.offset:
            settings.append(f"GONGDAN_PORT_OFFSET={self.offset}")
        program = Path(sys.argv[0])
        name = os.path.relpath(program) if program.is_file() else "gongdan"
        return " ".join([*settings, shlex.quote(name)])


def where_of(context: typer.Context) -> Where:
    """What the program's own options said."""
    found = context.find_object(Where)
    return found or Where()


@contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what a person must fix into words on standard error: exit status 2, or 1 for what a service refuses."""
    try:
        yield
    except FixSetup as error:
        typer.echo(f"gongdan: {error}", err=True)
        raise typer.Exit(NOT_STARTED) from None
    except Refused as error:
        typer.echo(f"gongdan: {error}", err=True)
        raise typer.Exit(REFUSED) from None
