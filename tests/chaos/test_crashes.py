"""Killing everything in turn while messages come in on every channel: nothing is lost, nothing is done twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gongdan.shared.embedded.stack import Stack
from tests.chaos.accounts import Accounts
from tests.chaos.traffic import Traffic, address
from tests.e2e.desk import Desk

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
MESSAGES = 3_000

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(540)]


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    """A stack of this test's own."""
    async with Stack(tmp_path) as stack:
        yield stack


async def test_nothing_is_lost_or_doubled_when_everything_is_killed_in_turn(stack: Stack) -> None:
    desk = Desk.of(stack)
    traffic = Traffic(desk, stack.data.example_source_secret.read_text().strip(), stop_at=MESSAGES)
    sending = asyncio.create_task(traffic.run())
    chance = random.Random(20260302)  # noqa: S311 - a repeatable storm, not a secret
    for victim in [*chance.sample(SERVICES, len(SERVICES)), "broker", "everything"]:
        await asyncio.sleep(chance.uniform(1, 3))
        await kill(stack, victim)
    await sending
    await stack.until_ready()
    await audit(stack, traffic)
    await desk.http.aclose()


async def kill(stack: Stack, victim: str) -> None:
    """SIGKILL one part, or the whole tree, which is then started again."""
    if victim == "everything":
        await stack.kill_all()
        await stack.start()
    elif victim == "broker":
        await stack.kill_broker()
    else:
        await stack.kill(victim)


async def audit(stack: Stack, traffic: Traffic) -> None:
    """Hold the accounts against what was sent."""
    accounts = Accounts(stack)
    await accounts.settle(MESSAGES)
    assert len(traffic.accepted) + len(traffic.mailed) == MESSAGES
    assert await accounts.number("SELECT count(*) FROM intake.messages") == MESSAGES
    assert await accounts.number("SELECT count(*) FROM api.messages") == MESSAGES
    assert await accounts.number("SELECT count(*) FROM router.tickets") == MESSAGES
    assert await accounts.number("SELECT count(*) FROM api.tickets") == MESSAGES
    assert await accounts.gapped_tickets() == []
    await audit_notices(stack, accounts)


async def audit_notices(stack: Stack, accounts: Accounts) -> None:
    """Each who wrote by API, form, or mail was acknowledged once, in the ledger and in the mailbox."""
    wrote = {address(number) for number in range(MESSAGES) if number % 5 in {0, 1, 4}}
    acknowledged = await accounts.acknowledgements()
    assert set(acknowledged) == wrote
    assert set(acknowledged.values()) == {1}
