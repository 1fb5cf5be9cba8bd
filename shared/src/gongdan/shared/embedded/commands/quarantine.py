"""`gongdan quarantine` and `gongdan mailboxes`: what intake set aside and the way back; how mailboxes are doing."""

from collections.abc import Iterator
from typing import Annotated

import typer

from gongdan.shared.embedded.client import Client, Json
from gongdan.shared.embedded.commands.tables import pick, print_table
from gongdan.shared.embedded.commands.where import told_plainly, where_of

ALL = "/intake/v1/quarantine"
COLUMNS = ("id", "channel", "source", "cause", "detail", "size", "received_at")
STATES = ("name", "state", "cause", "detail", "read_at", "next_try", "address", "server")

quarantine = typer.Typer(no_args_is_help=True, help="Messages that intake set aside, and the way back.")

Cause = Annotated[str | None, typer.Option(help="Only with this cause, such as no-header.")]
Source = Annotated[str | None, typer.Option(help="Only from this mailbox, form or source.")]
Channel = Annotated[str | None, typer.Option(help="Only from this channel, such as email.")]
Since = Annotated[str | None, typer.Option(help="Only what came in at or after this time, such as 2026-03-02T09:00Z.")]
Id = Annotated[str, typer.Argument(help="An id as `list` shows it.")]


@quarantine.command("list")
def list_(
    context: typer.Context, cause: Cause = None, source: Source = None, channel: Channel = None, since: Since = None
) -> None:
    """What waits, and why, oldest first."""
    query = _query(cause=cause, source=source, channel=channel, since=since)
    with told_plainly(), where_of(context).client() as client:
        entries = [entry for page in _pages(client, query) for entry in page["quarantine"]]
    print_table(pick(entries, COLUMNS), "nothing is set aside")


@quarantine.command()
def raw(context: typer.Context, entry: Id) -> None:
    """The bytes of an entry, as they came, on standard output."""
    with told_plainly(), where_of(context).client() as client:
        content = client.get_bytes(f"{ALL}/{entry}/raw")
    typer.echo(content, nl=False)


@quarantine.command()
def release(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Ids as `list` shows them; none means all that fit.")] = None,
    cause: Cause = None,
    source: Source = None,
    channel: Channel = None,
    since: Since = None,
) -> None:
    """Read entries again, after their cause was mended. What still cannot be read stays."""
    query = _query(cause=cause, source=source, channel=channel, since=since)
    with told_plainly(), where_of(context).client() as client:
        if ids:
            for entry in ids:
                typer.echo(f"{entry} {_became(client.post(f'{ALL}/{entry}/release', {}))}")
            return
        released = wanted = 0
        for page in _pages(client, query, "/release"):
            released, wanted = released + page["released"], wanted + page["wanted"]
            for refused in page["refused"]:
                typer.echo(f"{refused['id']} stays: {refused['why']}", err=True)
    typer.echo(f"{released} released" + (f", {wanted} are fetched from their mailboxes" if wanted else ""))


@quarantine.command()
def discard(
    context: typer.Context,
    entry: Id,
    reason: Annotated[str, typer.Option(help="Why it is not wanted; kept in the audit.")],
) -> None:
    """Decide that an entry is not wanted. Its bytes stay."""
    with told_plainly(), where_of(context).client() as client:
        client.post(f"{ALL}/{entry}/discard", {"reason": reason})
    typer.echo(f"{entry} discarded")


def mailboxes(context: typer.Context) -> None:
    """How each mailbox is doing."""
    with told_plainly(), where_of(context).client() as client:
        found = client.get("/intake/v1/mailboxes")["mailboxes"]
    print_table(pick(found, STATES), "no mailbox is defined")


def _query(**given: str | None) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _pages(client: Client, query: dict[str, str], action: str = "") -> Iterator[Json]:
    """Page after page of a list, or of a bulk action on it."""
    cursor: dict[str, str] = {}
    while True:
        asked = query | cursor
        page = client.post_raw(f"{ALL}{action}", b"", {}, asked) if action else client.get(ALL, asked)
        yield page
        if page["next"] is None:
            return
        cursor = {"cursor": page["next"]}


def _became(answer: Json) -> str:
    found = answer["message_id"]
    if files := answer.get("attachments"):
        return f"became the file {files[0]['name']}, to be attached as {files[0]['sha256']}"
    return f"became message {found}" if found else "is fetched from its mailbox soon"
