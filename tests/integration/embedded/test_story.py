"""How the demo judges and tells what became of a message."""

import pytest

from gongdan.shared.embedded.client import Json
from gongdan.shared.embedded.story import Sent, Story, missing, stages, tell

NOON = "2026-03-02T12:00:00+00:00"
SENT = Sent("email", "lin@example.com", "0190", 1.5)


def ticket(**changes: object) -> Json:
    clocks = [{"metric": name, "due_at": NOON} for name in ("first_response", "resolution")]
    thanks = {
        "purpose": "acknowledgement",
        "recipient": "lin@example.com",
        "state": "sent",
        "recorded_at": "2026-03-02T12:00:00.250000+00:00",
    }
    whole = {
        "number": "GD-1",
        "subject": "打印机坏了",
        "category": "hardware",
        "priority": "urgent",
        "team": "support",
        "assignee": "admin",
        "clocks": clocks,
        "deliveries": [thanks],
    }
    return whole | changes


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"assignee": None}, "no assignee"),
        ({"clocks": []}, "no due time for first_response, resolution"),
        ({"deliveries": []}, "no acknowledgement sent"),
    ],
)
def test_what_a_ticket_lacks_is_named(changes: Json, problem: str) -> None:
    assert missing(ticket(**changes), "email") == (problem,)


def test_a_failed_delivery_is_named() -> None:
    failed = {"purpose": "assignment", "recipient": "admin", "state": "failed", "recorded_at": NOON}
    assert missing(ticket(deliveries=[failed]), "call") == ("1 deliveries failed",)


@pytest.mark.parametrize("channel", ["call", "webhook"])
def test_callers_and_systems_need_no_acknowledgement(channel: str) -> None:
    assert missing(ticket(deliveries=[]), channel) == ()


def test_the_last_stage_ends_when_the_acknowledgement_has_gone_out() -> None:
    message = {"recorded_at": NOON, "stages": {"decided_ms": 20, "visible_ms": 30}}
    found = stages(Story(SENT, message, ticket(), ()))
    assert found == {"accepted": 1.5, "decided": 20, "visible": 30, "acknowledged": 250.0}


def test_a_story_that_went_well_is_told_whole() -> None:
    said: list[str] = []
    message = {"how": "opened", "recorded_at": NOON, "stages": {}}
    assert tell([Story(SENT, message, ticket(), ())], said.append)
    whole = "\n".join(said)
    for words in ("ok  email", "opened GD-1", "hardware", "urgent", "admin", "acknowledged 250 ms"):
        assert words in whole


def test_one_story_that_went_wrong_spoils_it_all() -> None:
    said: list[str] = []
    good = Story(SENT, {"how": "opened"}, ticket(), ())
    assert not tell([good, Story(SENT, {}, {}, ("no ticket yet",))], said.append)
    assert "MISSING      no ticket yet" in "\n".join(said)
