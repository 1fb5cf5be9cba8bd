"""`gongdan demo`: one message on every channel, and what became of each, on a running or a temporary installation."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import typer

from gongdan.shared.embedded.client import Client
from gongdan.shared.embedded.commands.where import Where, told_plainly, where_of
from gongdan.shared.embedded.demo import Demo
from gongdan.shared.embedded.preflight import is_free
from gongdan.shared.embedded.stack import Stack
from gongdan.shared.embedded.story import tell

NOT_WELL = 1


def demo(context: typer.Context) -> None:
    """Send one message on every channel and print what became of each; needs nothing to be running."""
    where = where_of(context)
    with told_plainly():
        well = _show_running(where) if _runs(where) else asyncio.run(_show_temporary())
    if not well:
        raise typer.Exit(NOT_WELL)


def show(demo: Demo, say: Callable[[str], None] = typer.echo) -> bool:
    """Send, follow and tell; whether all went well."""
    sent = demo.send()
    say(f"sent one message on each of {len(sent)} channels; waiting for what becomes of them\n")
    well = tell([demo.follow(one) for one in sent], say)
    say("all went well" if well else "NOT all went well")
    return well


def _runs(where: Where) -> bool:
    return where.folder.joinpath("admin-token").exists() and not is_free(where.ports.front)


def _show_running(where: Where) -> bool:
    secret = where.existing().example_source_secret.read_text().strip()
    with where.client() as client:
        return show(Demo(client, where.ports.smtp, secret))


async def _show_temporary() -> bool:
    typer.echo("nothing is running, so this starts a Gongdan of its own (about 15 s)")
    with tempfile.TemporaryDirectory(prefix="gongdan-demo-") as folder:
        async with Stack(Path(folder)) as stack:
            secret = stack.data.example_source_secret.read_text().strip()
            with Client(stack.front_url, stack.admin_token) as client:
                return await asyncio.to_thread(show, Demo(client, stack.ports.smtp, secret))
