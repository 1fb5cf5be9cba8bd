"""A calendar changes: what was counted stays counted, also across a restart, and what is left moves."""

from datetime import timedelta

from gongdan.shared.contracts.sla import ClockRetargeted
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.sla_timer.adapters.calendar_versions import CalendarVersions
from gongdan.sla_timer.adapters.policies import CatalogPolicies
from tests.handlers.sla_timer.floor import Floor
from tests.kit.policies import policy
from tests.kit.story import Story

PROMISE = policy(calendar="office", targets={"resolution": {"*": "8h"}}, warn=[])
DAY = 24 * 60


def office(version: int = 1, **spec: object) -> Definition:
    """Hours from nine to five, every day, in UTC."""
    week = {"mon-sun": ["09:00-17:00"]}
    document = {"kind": "Calendar", "metadata": {"name": "office"}, "spec": {"timezone": "UTC", "week": week} | spec}
    return check(document, version)


def definitions(revision: int, *items: Definition) -> Catalog:
    """What is in force."""
    return catalog_of(revision, [PROMISE, *items])


async def test_a_holiday_added_in_the_past_changes_nothing_that_was_counted_and_says_so(floor: Floor) -> None:
    story = Story()
    await floor.follows(definitions(2, office()), story.at(0))
    await floor.hears(story.opened())
    yesterday = [{"date": story.noon.date().isoformat(), "closed": True}]
    # Five hours of the first day have been counted, and one of the second.
    await floor.follows(definitions(3, office(2, overrides=yesterday)), story.at(DAY - 120))
    (told,) = await floor.said(ClockRetargeted)
    assert told.data.elapsed_seconds == 6 * 3600
    assert told.data.calendar == "/office@2"
    assert told.data.due_at == story.at(DAY)


async def test_a_holiday_to_come_moves_the_deadline(floor: Floor) -> None:
    story = Story()
    await floor.follows(definitions(2, office()), story.at(0))
    await floor.hears(story.opened())
    tomorrow = [{"date": (story.noon + timedelta(days=1)).date().isoformat(), "closed": True}]
    await floor.follows(definitions(3, office(2, overrides=tomorrow)), story.at(60))
    (told,) = await floor.said(ClockRetargeted)
    assert told.data.due_at == story.at(2 * DAY)


async def test_an_earlier_version_is_known_after_a_restart(floor: Floor) -> None:
    story = Story()
    await floor.follows(definitions(2, office()), story.at(0))
    await floor.hears(story.opened())
    await CalendarVersions(floor.db, floor.policies.calendars)()
    floor.policies = CatalogPolicies()
    kept = CalendarVersions(floor.db, floor.policies.calendars)
    await kept.start()
    floor.rebuild()
    closed = [{"date": story.noon.date().isoformat(), "closed": True}]
    await floor.follows(definitions(3, office(2, overrides=closed)), story.at(120))
    (told,) = await floor.said(ClockRetargeted)
    assert told.data.elapsed_seconds == 2 * 3600
    await kept()
    rows = await floor.query("SELECT key FROM calendar_versions ORDER BY key")
    assert [row.key for row in rows] == ["/office@1", "/office@2"]


async def test_a_timer_after_working_days_counts_by_the_workspace_s_calendar(floor: Floor) -> None:
    story = Story()
    workspace = check({"kind": "Workspace", "metadata": {"name": "support"}, "spec": {"calendar": "office"}}, 1)
    await floor.follows(definitions(2, office(), workspace), story.at(0))
    await floor.hears(story.opened(), story.timer(0, "wake", after="1 working day"), story.timer(0, "soon", after="6h"))
    rows = await floor.query("SELECT name, due_at FROM timers ORDER BY due_at")
    assert [(row.name, row.due_at) for row in rows] == [("soon", story.at(360)), ("wake", story.at(DAY))]
