"""Escalations on a real database: kept across restarts, said once by whichever replica comes first."""

from typing import Any

from gongdan.shared.contracts.sla import EscalationReached
from tests.handlers.sla_timer.floor import Floor
from tests.kit.policies import catalog, policy
from tests.kit.story import Story

SPEC: dict[str, Any] = {
    "targets": {"first_response": {"*": "60m"}, "periodic_update": {"*": "30m"}},
    "warn": [],
    "escalate": [
        {"after": "0m", "notify": ["assignee"], "then": [{"raise_priority": 1}], "metrics": ["first_response"]},
        {"after": "2h", "notify": ["lead", {"channel": "ops-chat"}], "metrics": ["first_response"]},
    ],
}


async def test_levels_are_said_once_each_by_either_of_two_replicas(floor: Floor, twin: Floor) -> None:
    for replica in (floor, twin):
        replica.policies.take(catalog(policy(version=2, **SPEC), revision=2))
    story = Story(assignee="li.wei")
    await floor.hears(story.opened())
    for minutes in (60, 61, 179, 180, 181, 400):
        await twin.turns_until_idle(story.at(minutes))
        await floor.turns_until_idle(story.at(minutes))
    said = [one.data for one in await floor.said(EscalationReached)]
    assert [(one.level, one.notify, one.then) for one in said] == [
        (1, ("assignee",), ({"raise_priority": 1},)),
        (2, ("lead", {"channel": "ops-chat"}), ()),
    ]


async def test_a_clock_with_levels_is_read_back_as_it_was_written(floor: Floor, twin: Floor) -> None:
    for replica in (floor, twin):
        replica.policies.take(catalog(policy(version=2, **SPEC), revision=2))
    story = Story()
    await floor.hears(story.opened(), story.promised(10, 100, "first_response"), story.answered(20))
    async with twin.db.transaction() as unit:
        theirs = await twin.work.books.load(unit, [story.id])
    async with floor.db.transaction() as unit:
        ours = await floor.work.books.load(unit, [story.id])
    assert theirs == ours
    assert set(ours[story.id].clocks) == {"first_response", "resolution", "periodic_update"}
    assert ours[story.id].clocks["periodic_update"].cycle == 2


async def test_a_policy_that_comes_late_counts_what_ran_before_it_pauses_left_out(floor: Floor) -> None:
    floor.policies.take(catalog(policy(version=2, targets={}), revision=2))
    story = Story()
    await floor.hears(story.opened(), story.moved(10, "waiting"), story.moved(100, "open"), story.moved(105, "open"))
    await floor.follows(catalog(policy(version=3, targets={"resolution": {"*": "60m"}}), revision=3), story.at(110))
    await floor.turns_until_idle(story.at(149))
    assert await floor.said(EscalationReached) == []
    rows = await floor.query("SELECT due_at FROM clocks WHERE metric = 'resolution'")
    assert [row.due_at for row in rows] == [story.at(150)]
