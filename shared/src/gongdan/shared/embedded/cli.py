"""The command line `gongdan`: one line here per group of commands."""

from pathlib import Path
from typing import Annotated

import typer

from gongdan.shared.embedded.commands.audit import audit
from gongdan.shared.embedded.commands.definitions import apply, delete, diff, export, rollback
from gongdan.shared.embedded.commands.demo import demo
from gongdan.shared.embedded.commands.get import get
from gongdan.shared.embedded.commands.get_definitions import definitions, history
from gongdan.shared.embedded.commands.parked import parked
from gongdan.shared.embedded.commands.replay import replay
from gongdan.shared.embedded.commands.send import send
from gongdan.shared.embedded.commands.up import up
from gongdan.shared.embedded.commands.where import USUAL_FOLDER, Where

app = typer.Typer(name="gongdan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(up)
app.command()(demo)
app.command()(replay)
for command in (apply, diff, delete, rollback, export):
    app.command()(command)
for reading in (definitions, history):
    get.command()(reading)
app.add_typer(send, name="send")
app.add_typer(get, name="get")
app.add_typer(parked, name="parked")
app.add_typer(audit, name="audit")


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
