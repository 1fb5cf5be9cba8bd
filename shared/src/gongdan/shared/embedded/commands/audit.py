"""`gongdan audit`: what was done by whom, and the proof that nobody has changed the record of it since."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from gongdan.shared.access.chain import Entry, Linked, broken
from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.commands.where import told_plainly, where_of

BROKEN = 3
AT_ONCE = 1_000
Pages = Callable[[int], Json]

audit = typer.Typer(no_args_is_help=True, help="The record of what was done.")


@dataclass(frozen=True, slots=True)
class Found:
    """What verifying found: how many entries are sound, the last of them, and the fault after it, if there is one."""

    count: int
    last: Linked | None
    fault: str | None


@audit.command()
def verify(
    context: typer.Context,
    expect: Annotated[
        str | None, typer.Option(help="A hash that was printed before and kept elsewhere; it must still be there.")
    ] = None,
) -> None:
    """Check the chain of all entries here, by their hashes. Exit status 3 names the first that is broken.

    Limit: entries missing at the end, or all written anew, are only noticed with --expect.
    """
    with told_plainly():
        client = where_of(context).client()
        with client:
            entries = read_all(lambda after: client.get("/v1/audit", _page(after)))
            found, expected = check(entries, expect)
    if found.fault or not expected:
        typer.echo(
            found.fault or f"no entry has the hash {expect}: some are missing, or all were written anew", err=True
        )
        raise typer.Exit(BROKEN)
    typer.echo(f"{found.count} entries, each continues the one before; the last hash is {_hash(found)}")


def read_all(page: Pages) -> Iterator[Linked]:
    """Every entry from the first on. `page` answers with those after a number."""
    after = 0
    while True:
        answer = page(after)
        yield from map(_linked, answer["items"])
        if answer["next"] is None:
            return
        after = answer["next"]


def check(entries: Iterator[Linked], expect: str | None = None) -> tuple[Found, bool]:
    """What is wrong with a chain; and whether the expected hash is in it, which it is when none is expected."""
    last: Linked | None = None
    seen = expect is None
    for count, one in enumerate(entries):
        fault = broken(last, one)
        if fault:
            return Found(count, last, fault), seen
        seen = seen or one.hash == expect
        last = one
    return Found(last.seq if last else 0, last, None), seen


def _page(after: int) -> dict[str, str | int | list[str]]:
    return {"order": "asc", "limit": AT_ONCE, "cursor": after}


def _linked(item: Json) -> Linked:
    at = datetime.fromisoformat(item["at"])
    entry = Entry(at, item["actor"], item["kind"], item["subject"], item["detail"])
    return Linked(item["seq"], entry, item["previous"], item["hash"])


def _hash(found: Found) -> str:
    return found.last.hash if found.last else "that of an empty chain"
