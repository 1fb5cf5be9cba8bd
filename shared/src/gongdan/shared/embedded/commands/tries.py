"""`gongdan try …`: what a service would make of something, without a server.

A service offers a try-out as an entry point of the group `gongdan.try`: a `TryOut`, from a line of input to what is
printed for it as one line of JSON. Lines are answered in order; a line that cannot be answered gets `{"error": …}`, and
the exit status is then 1. Limits: one line at a time, in one process.
"""

import sys
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from typing import Any, BinaryIO

import typer
from typer.core import TyperGroup
from typer.main import get_command

from gongdan.shared.errors import FixInput
from gongdan.shared.json import dumps
from gongdan.shared.try_out import TryOut

GROUP = "gongdan.try"


class Offered(TyperGroup):
    """The try-outs of the services installed here, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a type that Typer keeps to itself
        """All names."""
        return sorted(offered())

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - types that Typer keeps to itself
        """The try-out of that name, None when there is none."""
        found = offered().get(cmd_name)
        return None if found is None else _command(cmd_name, found.load())


def offered() -> dict[str, EntryPoint]:
    """The try-outs by name."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def answer_lines(try_out: TryOut, lines: Iterable[bytes], out: BinaryIO) -> bool:
    """Answer every line that is not empty; returns whether all could be answered."""
    well = True
    for line in lines:
        if not line.strip():
            continue
        answered, good = _answer(try_out, line.decode("utf-8", "surrogateescape").rstrip("\r\n"))
        well = well and good
        out.write(dumps(answered) + b"\n")
        out.flush()
    return well


def _answer(try_out: TryOut, line: str) -> tuple[object, bool]:
    try:
        return try_out.answer(line), True
    except FixInput as error:
        complaints = [{"field": one.field, "problem": one.problem, "cure": one.cure} for one in error.complaints]
        return {"error": error.title, "complaints": complaints}, False


def _command(name: str, try_out: TryOut) -> Any:  # noqa: ANN401 - a type that Typer keeps to itself
    def run() -> None:
        if not answer_lines(try_out, sys.stdin.buffer, sys.stdout.buffer):
            raise typer.Exit(1)

    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, help=try_out.help)(run)
    command = get_command(alone)
    command.name = name
    return command


tries = typer.Typer(cls=Offered, no_args_is_help=True, help="What would be made of lines on standard input; no server.")


@tries.callback()
def _tries() -> None:
    """What would be made of lines on standard input; no server is needed."""
