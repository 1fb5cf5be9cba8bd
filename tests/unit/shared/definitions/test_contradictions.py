"""Policies that contradict themselves and calendars that never open are refused, and say what to do."""

from typing import Any

import pytest

from gongdan.shared.definitions.registry import check, complaints
from gongdan.shared.errors import FixInput


def refusal(kind: str, spec: dict[str, Any]) -> str:
    """Why a definition is refused; empty when it is not."""
    try:
        check({"kind": kind, "metadata": {"name": "a"}, "spec": spec})
    except FixInput as error:
        return str(error)
    return ""


def doubted(kind: str, spec: dict[str, Any]) -> list[str]:
    """The fields of a definition that it is asked about whether they are meant."""
    return [one.field for one in check({"kind": kind, "metadata": {"name": "a"}, "spec": spec}).spec.doubts()]


@pytest.mark.parametrize(
    ("answer", "end", "calendar", "refused"),
    [
        ({"*": "5h"}, {"*": "4h"}, None, True),
        ({"*": "4h"}, {"*": "4h"}, None, False),
        ({"urgent": "5h"}, {"*": "4h"}, None, True),
        ({"urgent": "5h"}, {"low": "4h"}, None, False),
        ({"*": "5h", "time": "working"}, {"*": "4h", "time": "calendar"}, "office", True),
        ({"*": "5h", "time": "calendar"}, {"*": "4h"}, "office", False),
        ({"*": "3 working days"}, {"*": "2 working days"}, "office", True),
        ({"*": "2 working days"}, {"*": "2 working days"}, "office", False),
        ({"*": "25h"}, {"*": "1 working day"}, "office", True),
        ({"*": "1 working day"}, {"*": "1h"}, "office", False),
    ],
)
def test_no_answer_may_come_after_the_end(answer: object, end: object, calendar: str | None, refused: bool) -> None:
    spec = {"targets": {"first_response": answer, "resolution": end}, "calendar": calendar}
    assert ("comes after the resolution" in refusal("SlaPolicy", spec)) == refused


@pytest.mark.parametrize(
    ("kind", "spec", "reason"),
    [
        ("SlaPolicy", {"targets": {"resolution": {"*": "1h"}}, "about": "team"}, "promises ownership only"),
        ("SlaPolicy", {"targets": {"milestone": {"*": "1h"}}}, "spec.targets.milestone"),
        (
            "SlaPolicy",
            {"targets": {}, "milestones": {"a": {"from": ["Opened"], "to": ["TicketOpened"], "within": {}}}},
            "no ticket has such an event",
        ),
        ("Calendar", {"timezone": "Mars/Olympus"}, "no such time zone"),
        ("Workspace", {"timezone": "Europe/Atlantis"}, "no such time zone"),
        ("Calendar", {"timezone": "UTC", "week": {}}, "no day has a window"),
        ("Calendar", {"timezone": "UTC", "week": {"mon": []}}, "no day has a window"),
        ("Calendar", {"timezone": "UTC", "week": {"mon": ["09:00-09:00"]}}, "00:00-24:00"),
        ("Calendar", {"timezone": "UTC", "holidays": {"country": "ZZ"}}, "ZZ"),
        ("Calendar", {"timezone": "UTC", "holidays": {"country": "DE", "subdivision": "ZZ"}}, "ZZ"),
    ],
)
def test_what_can_never_hold_is_refused(kind: str, spec: dict[str, Any], reason: str) -> None:
    assert reason in refusal(kind, spec)


@pytest.mark.parametrize(
    ("overrides", "refused"),
    [
        ([{"date": "2026-01-01", "until": "2026-12-31", "closed": True}], True),
        ([{"date": "2026-01-01", "until": "2026-12-30", "closed": True}], False),
        ([{"date": "0001-01-01", "until": "9999-12-31", "closed": True}], True),
        (
            [
                {"date": "2026-07-01", "until": "2027-01-31", "closed": True},
                {"date": "2026-01-01", "until": "2026-06-30", "closed": True},
            ],
            True,
        ),
        (
            [
                {"date": "2026-01-01", "until": "2026-12-31", "closed": True},
                {"date": "2026-06-30", "open": ["09:00-10:00"]},
            ],
            False,
        ),
        (
            [
                {"date": "2026-06-30", "open": ["09:00-10:00"]},
                {"date": "2026-01-01", "until": "2026-12-31", "closed": True},
            ],
            True,
        ),
    ],
)
def test_a_calendar_opens_at_least_once_a_year(overrides: list[dict[str, Any]], refused: bool) -> None:
    spec = {"timezone": "UTC", "overrides": overrides}
    assert ("does not open for a year" in refusal("Calendar", spec)) == refused


@pytest.mark.parametrize(
    ("spec", "fields"),
    [
        ({"targets": {"resolution": {"*": "4h", "time": "working"}}}, ["targets.resolution"]),
        ({"targets": {"resolution": {"*": "4h", "time": "working"}}, "calendar": "office"}, []),
        ({"targets": {"resolution": {"*": "10m", "high": "20m"}}, "warn": ["80%", "-15m", "-20m"]}, ["warn.2"]),
        (
            {
                "targets": {},
                "milestones": {
                    "a": {"from": ["TicketOpened"], "to": ["category:open"], "within": {"*": "1h", "time": "working"}}
                },
            },
            ["milestones.a"],
        ),
        (
            {"targets": {}, "escalate": [{"after": "0m", "then": [{"raise_priority": 1, "note": "Late"}]}]},
            ["escalate.0.then"],
        ),
    ],
)
def test_what_is_hardly_meant_is_told(spec: dict[str, Any], fields: list[str]) -> None:
    assert doubted("SlaPolicy", spec) == fields


def test_what_nothing_acts_on_is_told_and_not_kept_in_silence() -> None:
    sent = {"every": "monday 08:00", "to": ["lead"]}
    card = {"id": "a", "kind": "line", "measure": "created", "by": ["day"], "forecast": "14d", "at": [0, 0, 3, 2]}
    assert doubted("Report", {"pivot": {"measures": ["created"]}, "schedule": sent}) == ["schedule"]
    assert doubted("Dashboard", {"cards": [card]}) == ["cards.0.forecast"]


@pytest.mark.parametrize(
    ("actions", "fields", "doubtful"),
    [
        (["Reply"], {"messages": "read"}, ["actions.0"]),
        (["Upload", "Transition"], {"*": "read"}, ["actions.1"]),
        (["Reply", "Transition"], {"*": "write"}, []),
        (["AddNote"], {"*": "write", "notes": "hide"}, ["actions.0"]),
        (["Assign"], {"team": "write"}, []),
        (["*"], {"*": "read"}, []),
        (["CompleteTask", "OpenTicket"], {}, []),
    ],
)
def test_a_button_that_nobody_could_press_is_told(
    actions: list[str], fields: dict[str, str], doubtful: list[str]
) -> None:
    assert doubted("Role", {"actions": actions, "fields": fields}) == doubtful


@pytest.mark.parametrize("name", ["pivot", "export", "columns"])
def test_a_report_has_no_name_by_which_it_could_not_be_opened(name: str) -> None:
    found = complaints({"kind": "Report", "metadata": {"name": name}, "spec": {"pivot": {"measures": ["created"]}}})
    assert [one.field for one in found] == ["metadata.name"]
    assert not complaints({"kind": "Dashboard", "metadata": {"name": name}, "spec": {}})
