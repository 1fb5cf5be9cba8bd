"""`gongdan get definitions` and `gongdan get history`."""

from typing import Annotated

import typer

from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.commands.get import Format, Limit, Output, get, show
from gongdan.shared.embedded.commands.tables import pick
from gongdan.shared.embedded.commands.where import told_plainly, where_of

YAML = "application/yaml"
COLUMNS = ("kind", "workspace", "name", "version")

Workspace = Annotated[str | None, typer.Option(help="Only of this workspace.")]


@get.command()
def definitions(
    context: typer.Context,
    kind: Annotated[str | None, typer.Argument(help="Only of this kind, such as Team.")] = None,
    name: Annotated[str | None, typer.Argument(help="Only this one.")] = None,
    workspace: Workspace = None,
    output: Output = Format.TABLE,
) -> None:
    """Definitions in force; as YAML, ready to be changed and applied again."""
    path = "/".join(["/v1/definitions", *filter(None, (kind, name))])
    query: Json = {"workspace": workspace} if workspace else {}
    if output is Format.YAML:
        with told_plainly(), where_of(context).client() as client:
            typer.echo(client.get_text(path, query, YAML), nl=False)
        return
    show(path, query, output, where_of(context), lambda answer: pick(answer.get("items", [answer]), COLUMNS))


@get.command()
def history(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="The kind, such as Team.")],
    name: Annotated[str, typer.Argument(help="The definition's name.")],
    workspace: Workspace = None,
    limit: Limit = 50,
    output: Output = Format.TABLE,
) -> None:
    """The versions of a definition: who made them, when and why."""
    query: Json = {"limit": limit} | ({"workspace": workspace} if workspace else {})
    columns = ("version", "revision", "applied_at", "author", "deleted", "reason")
    path = f"/v1/definitions/{kind}/{name}/history"
    show(path, query, output, where_of(context), lambda answer: pick(answer["items"], columns))
