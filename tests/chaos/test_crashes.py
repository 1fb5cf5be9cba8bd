"""Killing everything in turn while messages come in on every channel: nothing is lost, nothing is done twice."""

import asyncio
import random

import pytest

from gongdan.shared.embedded.stack import Stack
from tests.chaos.accounts import Accounts
from tests.chaos.mailbox import Mailbox
from tests.chaos.traffic import Traffic

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
MESSAGES = 3_000

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]


async def test_nothing_is_lost_or_doubled_when_everything_is_killed_in_turn(stack: Stack, mailbox: Mailbox) -> None:
    traffic = Traffic(stack, secret_of(stack), mailbox, stop_at=MESSAGES)
    sending = asyncio.create_task(traffic.run())
    chance = random.Random(20260302)  # noqa: S311 - a repeatable storm, not a secret
    victims = [*chance.sample(SERVICES, len(SERVICES)), "broker", "everything"]
    for nth, victim in enumerate(victims, start=1):
        await traffic.until(int(MESSAGES * (nth - chance.random()) / (len(victims) + 1)))
        await kill(stack, victim)
    await sending
    await stack.until_ready()
    await audit(stack, traffic)


async def test_a_broker_wiped_while_500_messages_are_in_flight_loses_and_doubles_none(
    stack: Stack, mailbox: Mailbox
) -> None:
    traffic = Traffic(stack, secret_of(stack), mailbox, stop_at=500, workers=50)
    sending = asyncio.create_task(traffic.run())
    await traffic.until(250)
    await stack.kill_broker()
    await sending
    await audit(stack, traffic)


def secret_of(stack: Stack) -> str:
    """What the example Source's webhooks are signed with."""
    return stack.data.example_source_secret.read_text().strip()


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
    await accounts.settle(traffic.stop_at, notices=traffic.stop_at + len(traffic.acknowledged))
    assert traffic.sent == traffic.stop_at
    assert set((await accounts.totals()).values()) == {traffic.stop_at}
    assert await accounts.gapped_tickets() == []
    assert await accounts.held_or_parked() == 0
    await audit_notices(accounts, traffic.acknowledged, assigned=traffic.stop_at)


async def audit_notices(accounts: Accounts, wrote: set[str], assigned: int) -> None:
    """Each who wrote by API, form or mail was acknowledged once, in the ledger and in their mailbox."""
    acknowledged = await accounts.acknowledgements()
    assert set(acknowledged) == wrote
    assert set(acknowledged.values()) == {1}
    mails = accounts.mails_per_id()
    assert mails.total() == assigned + len(wrote)
    assert set(mails.values()) == {1}
