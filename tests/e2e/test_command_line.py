"""The command line against a running installation: what a newcomer types first."""

import asyncio
import json
import os
import re
import sys

import pytest
from typer.testing import CliRunner

from gongdan.shared.embedded.cli import app
from gongdan.shared.embedded.stack import Stack

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]


def _told(stack: Stack) -> dict[str, str]:
    return {"GONGDAN_DATA_DIR": str(stack.data.root), "GONGDAN_PORT_OFFSET": str(stack.ports.front - 8080)}


async def gongdan(stack: Stack, *arguments: str) -> tuple[int, str]:
    """Exit status and everything that was said, in this process: most of a command's time is that of its imports."""
    done = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=_told(stack))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


async def typed(stack: Stack, *arguments: str) -> tuple[int, str]:
    """The same from a process of its own, as somebody's who types it."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gongdan.shared.embedded.cli", *arguments),
        env=os.environ | _told(stack),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    assert running.returncode is not None
    return running.returncode, said.decode()


@pytest.mark.parametrize("channel", ["mail", "message", "call", "form", "webhook"])
async def test_a_sample_message_sent_from_the_command_line_becomes_a_ticket(stack: Stack, channel: str) -> None:
    status, said = await typed(stack, "send", channel)
    assert status == 0, said
    assert re.search(r"it (opened|joined) ticket [A-Z]+-\d+", said)


async def test_a_ticket_can_be_read_in_every_format(stack: Stack) -> None:
    _, said = await gongdan(stack, "send", "message", "--subject", "Read me")
    number = re.findall(r"ticket (\S+),", said)[0]
    assert "Read me" in (await gongdan(stack, "get", "tickets"))[1]
    assert json.loads((await gongdan(stack, "get", "ticket", number, "-o", "json"))[1])["subject"] == "Read me"
    assert "TicketOpened" in (await gongdan(stack, "get", "timeline", number))[1]
    assert "TicketOpened" in (await gongdan(stack, "get", "why", number))[1]


async def test_a_ticket_is_found_by_what_it_says(stack: Stack) -> None:
    await gongdan(stack, "send", "message", "--subject", "投影仪坏了", "--text", "It is in room M254.")
    async with asyncio.timeout(60):
        while "投影仪坏了" not in (said := (await gongdan(stack, "search", "投影 m254"))[1]):
            await asyncio.sleep(0.5)
    assert "messages: It is in room M254." in said


async def test_what_a_service_refuses_is_told_with_the_field_and_exit_status_1(stack: Stack) -> None:
    status, said = await typed(stack, "send", "form", "--set", "subject=only this")
    assert status == 1
    assert "refused (422)" in said
    assert "message: is missing" in said
    assert "Traceback" not in said


async def test_the_demo_goes_well_on_every_channel(stack: Stack) -> None:
    status, said = await typed(stack, "demo")
    assert status == 0, said
    for channel in ("email", "form", "call", "webhook", "api"):
        assert re.search(rf"^ok +{channel} ", said, re.MULTILINE), said
