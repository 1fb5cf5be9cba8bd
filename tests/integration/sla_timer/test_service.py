"""The whole service between a real broker and a real database: from ticket to breach."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from gongdan.shared.clock import FakeClock, SystemClock
from tests.integration.sla_timer.surroundings import Surroundings
from tests.kit.policies import policy
from tests.kit.story import Story

QUICK: dict[str, Any] = {"targets": {"first_response": {"*": "1s"}}}


@pytest.fixture
async def around(fresh_database: str, own_broker: str) -> AsyncIterator[Surroundings]:
    """Everything but sla-timer, started."""
    around = Surroundings(fresh_database, own_broker)
    async with AsyncExitStack() as stack:
        for part in around.parts:
            await part.start()
            stack.push_async_callback(part.stop)
        stack.push_async_callback(around.own.stop)
        yield around


async def test_a_ticket_is_timed_under_its_policy_until_the_breach_and_after_a_change_of_policy(
    around: Surroundings,
) -> None:
    await around.define(policy(**QUICK))
    now = datetime.now(UTC)
    async with around.running(SystemClock()) as service:
        await around.tell(Story("quick", noon=now).opened(), Story("other", noon=now).opened())
        assert len(await around.heard("DeadlineBreached", 2)) == 2
        assert service.health.problems() == {}
        await around.define(policy(version=2))
        assert len(await around.heard("ClockRetargeted", 2)) == 2


async def test_an_answer_given_while_the_service_was_away_is_heard_before_any_deadline_is_judged(
    around: Surroundings,
) -> None:
    await around.define(policy())
    story, other = Story("answered"), Story("unanswered")
    async with around.running(FakeClock(story.at(0))):
        await around.tell(story.opened())
        await around.heard("ClockStarted")
    await around.tell(story.answered(50), other.opened())
    async with around.running(FakeClock(story.at(100))):
        await around.heard("ClockMet")
        (breached,) = await around.heard("DeadlineBreached")
    assert breached.aggregateid == str(other.id)
