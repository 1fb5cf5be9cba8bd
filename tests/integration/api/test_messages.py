"""What became of a message: known as soon as it is decided, by whichever replica."""

import asyncio
from uuid import uuid4

from gongdan.shared.contracts.outcomes import MessageRejected
from gongdan.shared.db.session import Database
from tests.integration.api.live import Live, project
from tests.kit.whole_story import WholeStory

STORY = WholeStory(1)


async def test_who_waits_is_told_as_soon_as_the_outcome_is_committed(live: Live) -> None:
    await live.tell(STORY.received())
    waiting = asyncio.create_task(live.client.get(f"/v1/messages/{STORY.message_id}?wait=60"))
    await asyncio.sleep(0.3)
    assert not waiting.done()
    await live.tell(*STORY.opened())
    async with asyncio.timeout(60):
        found = (await waiting).json()
    assert {name: found[name] for name in ("status", "ticket", "version", "how", "rule", "channel")} == {
        "status": "applied",
        "ticket": "GD-1",
        "version": 4,
        "how": "opened",
        "rule": "new",
        "channel": "api",
    }


async def test_who_waits_is_told_of_what_another_replica_projected(live: Live, fresh_database: str) -> None:
    waiting = asyncio.create_task(live.client.get(f"/v1/messages/{STORY.message_id}?wait=60"))
    await asyncio.sleep(0.3)
    other = Database(fresh_database, "api", "gongdan.api.migrations")
    await project(other, STORY.all())
    await other.stop()
    async with asyncio.timeout(60):
        assert (await waiting).json()["status"] == "applied"


async def test_a_message_that_is_not_decided_in_time_is_pending(live: Live) -> None:
    await live.tell(STORY.received())
    for wait in (0, 0.2):
        answer = await live.client.get(f"/v1/messages/{STORY.message_id}?wait={wait}")
        assert (answer.status_code, answer.json()["status"]) == (200, "pending")


async def test_an_unknown_message_is_a_problem_that_names_it(live: Live) -> None:
    unknown = uuid4()
    answer = await live.client.get(f"/v1/messages/{unknown}?wait=2")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == "message_id"


async def test_the_outcome_may_come_before_the_message(live: Live) -> None:
    await live.tell(*STORY.opened())
    early = (await live.client.get(f"/v1/messages/{STORY.message_id}")).json()
    assert (early["status"], early["channel"]) == ("applied", None)
    await live.tell(STORY.received())
    late = (await live.client.get(f"/v1/messages/{STORY.message_id}")).json()
    assert (late["status"], late["channel"]) == ("applied", "api")
    assert (late["stages"]["accepted_ms"], late["stages"]["decided_ms"]) == (500, 3500)


async def test_a_rejection_tells_the_reason_and_the_cure(live: Live) -> None:
    refused = MessageRejected(message_id=STORY.message_id, ticket="GD-1", reason="closed", detail="reopen it first")
    await live.tell(STORY.event(refused, 1))
    found = (await live.client.get(f"/v1/messages/{STORY.message_id}?wait=5")).json()
    assert (found["status"], found["reason"], found["detail"]) == ("rejected", "closed", "reopen it first")


async def test_many_who_wait_are_all_told(live: Live) -> None:
    stories = [WholeStory(number) for number in range(1, 41)]
    waiting = [asyncio.create_task(live.client.get(f"/v1/messages/{story.message_id}?wait=60")) for story in stories]
    await asyncio.sleep(0.1)
    await live.tell(*(event for story in stories for event in story.all()))
    answers = await asyncio.gather(*waiting)
    assert [answer.json()["ticket"] for answer in answers] == [story.name for story in stories]


async def test_who_waits_when_the_service_stops_is_told_how_things_stand(live: Live) -> None:
    await live.tell(STORY.received())
    waiting = asyncio.create_task(live.client.get(f"/v1/messages/{STORY.message_id}?wait=60"))
    await asyncio.sleep(0.3)
    live.service.health.stopping.set()
    async with asyncio.timeout(60):
        assert (await waiting).json()["status"] == "pending"


async def test_who_waits_for_the_unknown_when_the_service_stops_is_asked_to_come_back(live: Live) -> None:
    waiting = asyncio.create_task(live.client.get(f"/v1/messages/{STORY.message_id}?wait=60"))
    await asyncio.sleep(0.3)
    live.service.health.stopping.set()
    async with asyncio.timeout(60):
        answer = await waiting
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_who_waits_is_told_although_every_connection_was_cut(live: Live, fresh_database: str) -> None:
    waiting = asyncio.create_task(live.client.get(f"/v1/messages/{STORY.message_id}?wait=60"))
    await asyncio.sleep(0.3)
    other = Database(fresh_database, "api", "gongdan.api.migrations")
    async with other.transaction() as unit:
        await unit.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await project(other, STORY.all())
    await other.stop()
    async with asyncio.timeout(60):
        assert (await waiting).json()["status"] == "applied"
