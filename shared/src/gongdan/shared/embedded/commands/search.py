"""`gongdan search`: the tickets that have all the words, each with where they were found."""

from typing import Annotated

import typer

from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.commands.get import Format, Output, show
from gongdan.shared.embedded.commands.where import where_of


def search(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help='Words, names, numbers; "in quotes" exactly as written.')],
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=50)] = 20,
    output: Output = Format.TABLE,
) -> None:
    """Search tickets, the best match first."""
    show("/v1/search", {"q": text, "limit": limit}, output, where_of(context), lambda page: [*map(_row, page["items"])])


def _row(hit: Json) -> Json:
    ticket = {name: hit["ticket"][name] for name in ("number", "status", "subject")}
    return ticket | {"found": "\n".join(map(_told, hit["snippets"]))}


def _told(snippet: Json) -> str:
    return f"{snippet['field']}: {''.join(piece['text'] for piece in snippet['pieces'])}"
