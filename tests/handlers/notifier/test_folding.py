"""After an absence: one mail for each recipient, however many batches told of what was missed."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from gongdan.notifier.domain.folding import LONGEST, MOST_FOLDED, QUIET
from gongdan.shared.contracts.deliveries import DeliverySuppressed
from gongdan.shared.contracts.registry import Event
from gongdan.shared.errors import RetryLater
from gongdan.shared.ids import derived_id
from tests.handlers.notifier.world import World, clock_of, world
from tests.unit.notifier.given import breached, event


def missed(number: int, assignee: str = "first") -> Event:
    """A breach of ticket GD-number that was found late."""
    of = {"ticket": f"GD-{number}", "ticket_id": derived_id("t", number)}
    return event(breached(**of, assignee=assignee, late_detected=True), name=str(number))


async def summaries(notifier: World) -> list[tuple[str, str]]:
    """Who is sent what."""
    rows = [row for row in await notifier.rows() if row.state != "suppressed"]
    return [(row.recipient.partition("@")[0], row.purpose) for row in rows]


def later(notifier: World, by: timedelta) -> None:
    """Time passes."""
    clock_of(notifier).move(by)


async def test_what_came_in_many_batches_goes_in_one_mail_for_each_recipient(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        for number in range(1, 11):
            await notifier.tell(missed(number, "second" if number == 4 else "first"))
            later(notifier, QUIET / 3)
            await notifier.fold()
        assert await summaries(notifier) == [("second", "breach")]
        later(notifier, QUIET)
        await notifier.fold()
        assert sorted(await summaries(notifier)) == [("first", "late_summary"), ("second", "breach")]
        said = [one for one in await notifier.said() if isinstance(one, DeliverySuppressed)]
        assert [one.ticket for one in said] == [f"GD-{n}" for n in (1, 2, 3, 5, 6, 7, 8, 9, 10)]
        assert {one.into for one in said} == {await summary_id(notifier)}


async def summary_id(notifier: World) -> UUID:
    """The id of the one summary."""
    (found,) = [row.id for row in await notifier.rows() if row.purpose == "late_summary"]
    assert isinstance(found, UUID)
    return found


async def test_whoever_hears_of_more_and_more_hears_of_it_in_time_all_the_same(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        for number in range(1, 2 + int(LONGEST / QUIET * 2)):
            await notifier.tell(missed(number))
            later(notifier, QUIET / 2)
            await notifier.fold()
        assert await summaries(notifier) == [("first", "late_summary")]


async def test_the_same_events_again_tell_nothing_new(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        for _ in range(2):
            await notifier.tell(missed(1), missed(2))
            await notifier.tell(missed(1), missed(2))
            later(notifier, QUIET)
            await notifier.fold()
        assert sorted(await notifier.types()) == ["DeliveryQueued", "DeliverySuppressed", "DeliverySuppressed"]


async def test_a_notice_that_only_a_newer_version_can_read_waits_for_that(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(missed(1))
        later(notifier, QUIET)
        async with notifier.db.transaction() as unit:
            await unit.execute("UPDATE late_notices SET type = 'DeadlineForetold'")
        with pytest.raises(RetryLater, match="DeadlineForetold"):
            await notifier.fold()
        async with notifier.db.transaction() as unit:
            await unit.execute("UPDATE late_notices SET type = 'DeadlineBreached'")
        await notifier.fold()
        assert await summaries(notifier) == [("first", "breach")]


async def test_whoever_dies_while_folding_has_done_nothing(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(missed(1), missed(2))
        later(notifier, QUIET)
        with monkeypatch.context() as broken:
            broken.setattr("gongdan.notifier.handlers.queueing.queued", _dies)
            with pytest.raises(RetryLater):
                await notifier.fold()
        assert await notifier.rows() == []
        await notifier.fold()
        assert await summaries(notifier) == [("first", "late_summary")]


def _dies(_: object) -> Event:
    raise RetryLater("gone")


async def test_replicas_that_fold_at_once_make_one_mail(fresh_database: str) -> None:
    async with world(fresh_database) as notifier:
        await notifier.tell(*map(missed, range(1, 30)))
        later(notifier, QUIET)
        await asyncio.gather(*(notifier.fold() for _ in range(3)))
        await notifier.fold()
        assert await summaries(notifier) == [("first", "late_summary")]


async def test_one_mail_says_so_many_and_no_more(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_FOLDED >= 1_000
    monkeypatch.setattr("gongdan.notifier.adapters.late_notices.MOST_FOLDED", 3)
    async with world(fresh_database) as notifier:
        await notifier.tell(*map(missed, range(1, 8)))
        later(notifier, QUIET)
        await notifier.fold()
        assert sorted(await summaries(notifier)) == [("first", "breach"), *[("first", "late_summary")] * 2]
