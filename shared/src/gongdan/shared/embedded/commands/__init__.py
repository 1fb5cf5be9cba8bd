"""The commands of the CLI, one file per group. A group is a function or a typer app, registered in `cli.py`."""
