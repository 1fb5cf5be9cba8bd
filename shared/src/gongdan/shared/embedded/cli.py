"""The command line `gongdan`: one line here per group of commands."""

import typer

from gongdan.shared.embedded.commands.up import up

app = typer.Typer(name="gongdan", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(up)


@app.callback()
def gongdan() -> None:
    """Gongdan: run it on this machine, and talk to it."""


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
