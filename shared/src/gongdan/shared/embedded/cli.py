"""The command line `gongdan`: one line here per command or group of commands.

A command's module is imported when the command is used: most of them need a client of something, and all of these
together take longer to import than most commands take to run.
"""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

from gongdan.shared.embedded.commands.where import USUAL_FOLDER, Where

PACKAGE = "gongdan.shared.embedded.commands"
COMMANDS = {
    "up": "up",
    "demo": "demo",
    "send": "send",
    "get": "get_definitions",
    "search": "search",
    "apply": "definitions",
    "diff": "definitions",
    "delete": "definitions",
    "rollback": "definitions",
    "export": "definitions",
    "import-calendar": "import_calendar:import_calendar",
    "replay": "replay",
    "backtest": "backtest",
    "parked": "parked",
    "quarantine": "quarantine",
    "mailboxes": "quarantine",
    "audit": "audit",
    "try": "tries:tries",
}


class Imported(TyperGroup):
    """Commands by name, each imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - a type that Typer keeps to itself
        """All names, in the order of help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - types that Typer keeps to itself
        """The command or group of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        found = getattr(import_module(f"{PACKAGE}.{module}"), attribute or cmd_name)
        if isinstance(found, typer.Typer):
            command: Any = get_group(found)
        else:
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(cmd_name)(found)
            command = get_command(alone)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="gongdan", cls=Imported, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.callback()
def gongdan(
    context: typer.Context,
    data_dir: Annotated[
        Path, typer.Option(envvar="GONGDAN_DATA_DIR", help="Folder of all data and secrets.")
    ] = USUAL_FOLDER,
    port_offset: Annotated[
        int, typer.Option(envvar="GONGDAN_PORT_OFFSET", help="Added to every port, to run several side by side.")
    ] = 0,
) -> None:
    """Gongdan: run it on this machine, and talk to it."""
    context.obj = Where(data_dir, port_offset)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
