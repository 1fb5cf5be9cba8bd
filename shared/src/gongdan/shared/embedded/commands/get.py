"""`gongdan get`: what a running installation knows, as a table for people or as JSON or YAML for programs."""

import io
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from types import NoneType
from typing import Annotated

import typer
from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter, SafeRepresenter

from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.commands.tables import PIPE_WIDTH, pick, print_table
from gongdan.shared.embedded.commands.where import Where, told_plainly, where_of

get = typer.Typer(no_args_is_help=True, help="Read from a running installation.")


class Format(StrEnum):
    """How to show it."""

    TABLE = "table"
    JSON = "json"
    YAML = "yaml"


Output = Annotated[Format, typer.Option("-o", "--output", help="How to show it.")]
Number = Annotated[str, typer.Argument(help="The ticket's number, such as GD-1.")]
Limit = Annotated[int, typer.Option(help="How many at most.", min=1, max=200)]
Rows = Callable[[Json], Sequence[Json]]


@get.command()
def tickets(
    context: typer.Context,
    status: Annotated[str | None, typer.Option(help="Only with this status.")] = None,
    assignee: Annotated[str | None, typer.Option(help="Only of this agent; - means of nobody.")] = None,
    requester: Annotated[str | None, typer.Option(help="Only of this address.")] = None,
    limit: Limit = 50,
    output: Output = Format.TABLE,
) -> None:
    """Tickets, newest first."""
    query = {"status": status, "assignee": assignee, "requester": requester, "limit": limit}
    given = {name: value for name, value in query.items() if value is not None}
    columns = ("number", "status", "priority", "category", "assignee", "channel", "subject", "created_at")
    show("/v1/tickets", given, output, where_of(context), lambda answer: pick(answer["items"], columns))


@get.command()
def ticket(
    context: typer.Context,
    number: Number,
    output: Output = Format.YAML,
) -> None:
    """One ticket as it stands."""
    show(f"/v1/tickets/{number}", {}, output, where_of(context), _as_pairs)


@get.command()
def message(
    context: typer.Context,
    message_id: Annotated[str, typer.Argument(help="The id that sending it gave.")],
    wait: Annotated[int, typer.Option(help="Seconds to wait until it is decided.", min=0, max=30)] = 10,
    output: Output = Format.TABLE,
) -> None:
    """What became of a message."""
    show(f"/v1/messages/{message_id}", {"wait": wait}, output, where_of(context), _as_pairs)


@get.command()
def timeline(
    context: typer.Context,
    number: Number,
    limit: Limit = 200,
    output: Output = Format.TABLE,
) -> None:
    """Everything that happened to a ticket, oldest first."""
    columns = ("occurred_at", "source", "type", "version", "actor")
    path, query = f"/v1/tickets/{number}/timeline", {"limit": limit}
    show(path, query, output, where_of(context), lambda answer: pick(answer["items"], columns))


@get.command()
def why(context: typer.Context, number: Number, output: Output = Format.YAML) -> None:
    """Why a ticket is as it is: which definitions decided what."""
    show(f"/v1/tickets/{number}/why", {}, output, where_of(context), _as_pairs)


def show(path: str, query: Json, output: Format, where: Where, rows: Rows) -> None:
    """Ask, and show the answer; `rows` makes the table's rows of it."""
    with told_plainly(), where.client() as client:
        answer = client.get(path, query)
    print_answer(answer, output, rows)


def print_answer(answer: Json, output: Format, rows: Rows, nothing: str = "nothing found") -> None:
    """Show an answer; without rows for its table `nothing` is said."""
    if output is Format.JSON:
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif output is Format.YAML:
        typer.echo(_yaml(answer), nl=False)
    else:
        print_table(rows(answer), nothing)


def _as_pairs(answer: Json) -> Sequence[Json]:
    return [{"field": name, "value": value} for name, value in answer.items() if value not in (None, [], {})]


class _AsItCame(RoundTripRepresenter):
    """Keeps the order of fields; says `null` where it would leave a gap."""


_AsItCame.add_representer(NoneType, SafeRepresenter.represent_none)


def _yaml(answer: Json) -> str:
    text = io.StringIO()
    yaml = YAML()
    yaml.Representer = _AsItCame
    yaml.width = PIPE_WIDTH
    yaml.dump(answer, text)
    return text.getvalue()
