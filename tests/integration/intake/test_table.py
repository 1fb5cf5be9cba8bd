"""The table of messages: batches of several replicas at once, in order, once each."""

import asyncio
from typing import cast

import pytest

from gongdan.intake.adapters.postgres import MessageTable
from gongdan.shared.db.session import Database
from tests.integration.intake.desk import Intake
from tests.unit.intake.messages import incoming


@pytest.fixture
def table(intake: Intake) -> MessageTable:
    """The table of the running intake."""
    return MessageTable(cast("Database", intake.service.parts[0]))


async def test_what_is_told_is_in_the_order_of_arrival(intake: Intake, table: MessageTable) -> None:
    batch = [incoming(str(number)) for number in range(100)]
    await table.keep(batch)
    told = [event["external_id"] for event in await intake.said("MessageReceived")]
    assert told == [str(number) for number in range(100)]


async def test_replicas_with_the_same_messages_keep_them_once(intake: Intake, table: MessageTable) -> None:
    batch = [incoming(str(number)) for number in range(200)]
    batches = await asyncio.gather(*(table.keep(batch[::step]) for step in (1, -1, 1, -1)))
    receipts = [receipt for found in batches for receipt in found]
    assert sum(not receipt.duplicate for receipt in receipts) == 200
    assert not any(receipt.conflict for receipt in receipts)
    assert len(await intake.said("MessageReceived")) == 200


async def test_within_a_batch_the_first_counts_and_another_body_is_a_conflict(
    intake: Intake, table: MessageTable
) -> None:
    batch = [incoming("1"), incoming("1"), incoming("1", text="Other"), incoming("2")]
    receipts = await table.keep(batch)
    assert [(receipt.duplicate, receipt.conflict) for receipt in receipts] == [
        (False, False),
        (True, False),
        (True, True),
        (False, False),
    ]
    assert await intake.count("conflicts") == 1
    assert await table.keep([incoming("1", text="Other")]) == [receipts[2]]
