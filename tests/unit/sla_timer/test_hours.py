"""Which calendar a promise counts by, and what becomes of it when calendars change."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.sla_timer.domain.calendar import AROUND_THE_CLOCK
from gongdan.sla_timer.domain.hours import MOST_VERSIONS, KnownCalendars, Version, hours_of
from gongdan.sla_timer.domain.policy import Policies, policies_of
from gongdan.sla_timer.domain.terms import Terms
from tests.kit.policies import policy
from tests.kit.story import Story

HOUR = timedelta(hours=1)
OFFICE = {"mon-fri": ["09:00-12:00", "13:30-18:00"]}


def made(kind: str, name: str, version: int = 1, workspace: str | None = None, **spec: object) -> Definition:
    """A definition."""
    return check({"kind": kind, "metadata": {"name": name, "workspace": workspace}, "spec": spec}, version)


def calendar(name: str = "office", version: int = 1, workspace: str | None = None, **spec: object) -> Definition:
    """A calendar with office hours in UTC."""
    return made("Calendar", name, version, workspace, **{"timezone": "UTC", "week": OFFICE, **spec})


def of(*definitions: Definition) -> Policies:
    """The policies among some definitions."""
    return policies_of(catalog_of(1, definitions))


def promised(policies: Policies, metric: str = "resolution", **ticket: Any) -> Terms:
    """What is promised for a ticket."""
    return policies.plan_for(Story().ticket.model_copy(update=ticket)).terms[metric]


@pytest.mark.parametrize(
    ("named", "targets", "key"),
    [
        ("office", {"*": "4h"}, "/office@1"),
        ("office", {"*": "4h", "time": "calendar"}, ""),
        (None, {"*": "4h"}, ""),
        (None, {"*": "4h", "time": "working"}, "/nights@3"),
        (None, {"*": "1 working day"}, "/nights@3"),
        ("office", {"*": "1 working day", "time": "calendar"}, "/office@1"),
    ],
)
def test_hours_count_by_the_calendar_that_is_named_nearest(named: str | None, targets: object, key: str) -> None:
    workspace = made("Workspace", "support", calendar="nights")
    promises = policy(targets={"resolution": targets}, calendar=named)
    policies = of(promises, workspace, calendar(), calendar("nights", 3, week={"mon-fri": ["22:00-06:00"]}))
    assert promised(policies).calendar == key


def test_a_workspace_prefers_its_own_calendar_of_that_name() -> None:
    policies = of(
        policy(targets={"resolution": {"*": "4h"}}, calendar="office"), calendar(), calendar(workspace="support")
    )
    assert promised(policies).calendar == "support/office@1"


def test_a_working_day_is_as_long_as_the_calendar_works() -> None:
    targets = {"resolution": {"*": "2 working days"}}
    escalate = [{"after": "1 working day", "notify": ["lead"]}]
    terms = promised(of(policy(targets=targets, calendar="office", escalate=escalate), calendar()))
    assert (terms.target, terms.levels[0].after) == (15 * HOUR, 7.5 * HOUR)


def test_a_base_gives_its_days_and_its_version_is_part_of_the_key() -> None:
    base = calendar("holidays", 2, overrides=[{"date": "2026-03-05", "closed": True}])
    own = calendar(base="holidays", overrides=[{"date": "2026-03-06", "open": ["09:00-10:00"]}])
    hours = hours_of(catalog_of(1, [base, own]))
    key = hours.calendars.present_key("support/office")
    start, end = datetime(2026, 3, 4, 18, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC)
    assert key == "/office@1+/holidays@2"
    assert hours.calendars.named(key).between(start, end) == HOUR


def test_an_earlier_version_still_counts_as_it_did() -> None:
    calendars = KnownCalendars()
    calendars.follow(catalog_of(1, [calendar()]))
    calendars.follow(catalog_of(2, [calendar(version=2, overrides=[{"date": "2026-03-05", "closed": True}])]))
    start, end = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    found = [calendars.named(key).between(start, end) for key in ("/office@1", "/office@2", "/office", "x/office@9")]
    assert found == [7.5 * HOUR, 0 * HOUR, 0 * HOUR, 0 * HOUR]


def test_a_calendar_that_is_nowhere_defined_counts_all_hours() -> None:
    assert KnownCalendars().named("/gone@1") is AROUND_THE_CLOCK
    assert KnownCalendars().named("") is AROUND_THE_CLOCK


def test_a_workspace_s_usual_calendar_has_a_name() -> None:
    calendars = KnownCalendars()
    workspace = made("Workspace", "support", calendar="office")
    calendars.follow(catalog_of(1, [workspace, calendar(), calendar(version=4, workspace="support")]))
    assert calendars.named("support/") is calendars.named("support/office@4")
    assert calendars.named("sales/") is AROUND_THE_CLOCK


def test_versions_are_forgotten_when_there_are_too_many_but_never_those_in_force() -> None:
    calendars = KnownCalendars()
    calendars.follow(catalog_of(1, [calendar()]))
    spec = calendars.versions["/office@1"].spec
    for nth in range(MOST_VERSIONS + 5):
        calendars.learn(Version(f"/other@{nth}", spec))
    assert len(calendars.versions) == MOST_VERSIONS
    assert "/office@1" in calendars.versions


def prints(*definitions: Definition) -> frozenset[tuple[object, ...]]:
    """What tells policies apart."""
    return of(*definitions).fingerprint


def test_what_changes_a_promise_changes_the_fingerprint() -> None:
    usual: Sequence[Definition] = (policy(), calendar(), made("Team", "field"), made("Workspace", "support"))
    later = [
        (policy(version=2), *usual[1:]),
        (usual[0], calendar(version=2), *usual[2:]),
        (*usual[:2], made("Team", "field", 2, calendar="office"), usual[3]),
        (*usual[:3], made("Workspace", "support", 2, calendar="office")),
    ]
    assert prints(*usual) == prints(*usual[:2], made("Team", "field", 2, members=["a"]), usual[3])
    assert len({prints(*usual), *(prints(*each) for each in later)}) == 5


def test_a_policy_about_teams_counts_ownership_by_the_team_s_own_calendar() -> None:
    teams = policy("ola", about="team", when='ticket.team == "field"', targets={"ownership": {"*": "1 working day"}})
    field = made("Team", "field", calendar="nights")
    nights = calendar("nights", week={"mon-sun": ["22:00-06:00"]})
    policies = of(policy(calendar="office"), teams, field, nights, calendar())
    plan = policies.plan_for(Story().ticket.model_copy(update={"team": "field"}))
    assert {metric: (terms.policy, terms.calendar) for metric, terms in plan.terms.items()} == {
        "first_response": ("default", "/office@1"),
        "resolution": ("default", "/office@1"),
        "ownership": ("ola", "/nights@1"),
    }
    assert plan.terms["ownership"].target == 8 * HOUR
    assert "ownership" not in policies.plan_for(Story().ticket.model_copy(update={"team": None})).terms


def test_a_milestone_is_promised_with_its_own_target_and_pauses() -> None:
    way = {"from": ["TicketOpened"], "to": ["status:on_site"], "within": {"urgent": "1h"}, "pause_in": ["status:held"]}
    policies = of(policy(milestones={"dispatched": way}))
    urgent = Story().ticket.model_copy(update={"priority": "urgent", "status": "held", "status_category": "open"})
    low = urgent.model_copy(update={"priority": "low"})
    plan = policies.plan_for(urgent)
    assert plan.terms["milestone/dispatched"].target == HOUR
    assert plan.pauses["milestone/dispatched"] == {"open"}
    assert [(*one.begins, *one.ends) for one in plan.milestones] == [("TicketOpened", "status:on_site")]
    assert policies.plan_for(low).milestones == ()


def test_a_metric_rests_in_a_state_itself_and_while_a_condition_holds() -> None:
    policies = of(
        policy(
            pause_in={"resolution": ["waiting", "status:at_supplier"]},
            pause_when={"first_response": '"held" in ticket.tags', "next_response": BROKEN},
        )
    )
    ticket = Story().ticket.model_copy(update={"status": "at_supplier", "status_category": "open", "tags": ("held",)})
    plan, usual = policies.plan_for(ticket), policies.plan_for(Story().ticket)
    assert plan.pauses == {"resolution": {"waiting", "open"}, "first_response": {"open"}}
    assert plan.unclear == ("default",)
    assert usual.pauses == {"resolution": {"waiting"}}


BROKEN = "ticket.fields.tier == 'gold'"


def test_flags_of_a_policy_reach_its_terms() -> None:
    terms = promised(of(policy(counts_from="matching", earlier_pauses="counted")))
    assert (terms.from_matching, terms.past_pauses) == (True, False)


def test_a_policy_reads_as_it_was_written() -> None:
    spec = policy(milestones={"a": {"from": ["TicketOpened"], "to": ["category:open"], "within": {"*": "1h"}}}).spec
    assert SlaPolicy.model_validate(spec.model_dump(by_alias=True)) == spec
