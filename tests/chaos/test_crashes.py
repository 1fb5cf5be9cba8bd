"""Killing everything in turn while messages come in on every channel: nothing is lost, nothing is done twice."""

import asyncio
import random

import pytest

from gongdan.shared.embedded.stack import Stack
from tests.chaos.accounts import Accounts
from tests.chaos.traffic import Traffic, address

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
MESSAGES = 3_000

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(540)]


async def test_nothing_is_lost_or_doubled_when_everything_is_killed_in_turn(stack: Stack) -> None:
    traffic = Traffic(stack, stack.data.example_source_secret.read_text().strip(), stop_at=MESSAGES)
    sending = asyncio.create_task(traffic.run())
    chance = random.Random(20260302)  # noqa: S311 - a repeatable storm, not a secret
    victims = [*chance.sample(SERVICES, len(SERVICES)), "broker", "everything"]
    for nth, victim in enumerate(victims, start=1):
        await traffic.until(int(MESSAGES * (nth - chance.random()) / (len(victims) + 1)))
        await kill(stack, victim)
    await sending
    await stack.until_ready()
    await audit(stack, traffic)


async def test_a_broker_wiped_while_500_messages_are_in_flight_loses_and_doubles_none(stack: Stack) -> None:
    traffic = Traffic(stack, stack.data.example_source_secret.read_text().strip(), stop_at=500, workers=50)
    sending = asyncio.create_task(traffic.run())
    await traffic.until(250)
    await stack.kill_broker()
    await sending
    await audit(stack, traffic)


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
    wrote = {address(number) for number in range(traffic.stop_at) if number % 5 in {0, 1, 4}}
    await accounts.settle(traffic.stop_at, notices=traffic.stop_at + len(wrote))
    assert traffic.sent == traffic.stop_at
    assert set((await accounts.totals()).values()) == {traffic.stop_at}
    assert await accounts.gapped_tickets() == []
    assert await accounts.held_or_parked() == 0
    await audit_notices(accounts, wrote, assigned=traffic.stop_at)


async def audit_notices(accounts: Accounts, wrote: set[str], assigned: int) -> None:
    """Each who wrote by API, form or mail was acknowledged once, in the ledger and in their mailbox."""
    acknowledged = await accounts.acknowledgements()
    assert set(acknowledged) == wrote
    assert set(acknowledged.values()) == {1}
    assert accounts.mails_per_id().total() == assigned + len(wrote)
    assert set(accounts.mails_per_id().values()) == {1}
