"""Switchboards: whatever they tell of a call, in whatever order and how often, it is one call on one ticket."""

import itertools
import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from gongdan.intake.handlers.calls import SILENCE
from gongdan.shared.loops import Loop
from tests.integration.intake.desk import Intake, accepted, refused

BEGAN = datetime.fromisoformat("2026-03-02T09:00:00+00:00")


def at(seconds: int) -> str:
    """So long after the call began."""
    return (BEGAN + timedelta(seconds=seconds)).isoformat()


RINGING = {"event": "ringing", "at": at(0), "from": "010 8888 7777", "to": "1001"}
ANSWERED = {"event": "answered", "at": at(10), "agent": "li.wei"}
ENDED = {"event": "ended", "at": at(75), "result": "answered"}
RECORDING = {"event": "recording", "at": at(90), "url": "https://pbx.example.com/r/1.mp3"}
TRANSCRIPT = {"event": "transcript", "at": at(95), "text": "The pump leaks."}
COMMON = {"call_id": "c-77", "region": "CN"}


async def tell(intake: Intake, *events: dict[str, Any]) -> None:
    """Tell these of one call."""
    for event in events:
        accepted(await intake.post("calls/events", COMMON | event))


async def envelope(intake: Intake) -> dict[str, str]:
    """The headers of the first message."""
    sql = "SELECT headers FROM outbox WHERE type = 'MessageReceived' ORDER BY seq"
    return dict(json.loads(await intake.tables.fetchval(sql)))


async def test_a_call_is_told_when_it_has_ended_with_everything_that_is_known(intake: Intake) -> None:
    await tell(intake, RINGING, ANSWERED)
    assert await intake.said("MessageReceived") == []
    await tell(intake, RECORDING, TRANSCRIPT, ENDED)
    (message,) = await intake.said("MessageReceived")
    assert (message["channel"], message["requester"]["phone"]) == ("call", "+861088887777")
    assert message["conversation_key"] == "call:calls:c-77"
    assert message["text"].splitlines() == [
        "Call from +861088887777", "Answered by li.wei", "Lasted 1:05", "Recording: https://pbx.example.com/r/1.mp3",
        "Transcript:", "The pump leaks.",
    ]  # fmt: skip
    assert message["fields"] == {
        "call_result": "answered", "call_seconds": 65, "call_agent": "li.wei", "call_line": "1001",
        "call_recording": "https://pbx.example.com/r/1.mp3",
    }  # fmt: skip
    headers = await envelope(intake)
    assert headers["ce_time"] == BEGAN.isoformat()
    assert headers["ce_recordedat"] == intake.clock.at.isoformat()


@pytest.mark.parametrize("before", list(itertools.permutations([RINGING, ANSWERED, RECORDING])))
async def test_the_order_of_events_does_not_matter(intake: Intake, before: tuple[dict[str, Any], ...]) -> None:
    await tell(intake, RINGING | {"call_id": "other"}, *before, ENDED)
    (message,) = await intake.said("MessageReceived")
    assert (message["fields"]["call_seconds"], message["requester"]["phone"]) == (65, "+861088887777")


async def test_events_that_come_again_change_nothing(intake: Intake) -> None:
    await tell(intake, *[RINGING, ANSWERED, ENDED] * 2, RECORDING, RECORDING)
    first, late = await intake.said("MessageReceived")
    assert late["text"] == "Recording: https://pbx.example.com/r/1.mp3"
    assert late["conversation_key"] == first["conversation_key"]
    assert (first["automatic"], late["automatic"]) == ("no", "auto_reply")


async def test_notes_of_the_agent_go_to_the_same_ticket(intake: Intake) -> None:
    await tell(intake, RINGING, ENDED)
    accepted(await intake.post("calls", {"call_id": "c-77", "from": "+861088887777", "notes": "Send Wang."}))
    keys = {message["conversation_key"] for message in await intake.said("MessageReceived")}
    assert keys == {"call:calls:c-77"}


@pytest.mark.parametrize(
    ("result", "automatic"), [("answered", "no"), ("missed", "auto_reply"), ("busy", "auto_reply")]
)
async def test_a_call_out_is_contact_when_somebody_answered(intake: Intake, result: str, automatic: str) -> None:
    out = {"direction": "out", "from": "1001", "to": "+4930123456", "agent": "li.wei", "result": result}
    await tell(intake, out | {"event": "ended"})
    (message,) = await intake.said("MessageReceived")
    assert (message["direction"], message["automatic"]) == ("out", automatic)
    assert message["requester"]["phone"] == "+4930123456"
    assert (await envelope(intake))["ce_actor"] == "agent:li.wei"


async def test_a_withheld_number_is_somebody_known_by_the_call_alone(intake: Intake) -> None:
    await tell(intake, {"event": "ended", "from": "Anonymous", "result": "missed"})
    (message,) = await intake.said("MessageReceived")
    assert message["requester"] == {"name": None, "email": None, "phone": None, "id": "cti:admin:c-77"}
    assert message["text"].splitlines() == ["Call from a withheld number", "Not answered"]


async def test_numbers_are_at_home_in_the_workspaces_region(intake: Intake) -> None:
    support = {"kind": "Workspace", "metadata": {"name": "support"}, "spec": {"phone_region": "DE"}}
    assert (await intake.post("definitions", support)).status_code == 200
    accepted(await intake.post("calls/events", {"call_id": "c-1", "event": "ended", "from": "030 123456"}))
    accepted(await intake.post("calls", {"from": "030 123456", "notes": "x"}))
    assert [one["requester"]["phone"] for one in await intake.said("MessageReceived")] == ["+4930123456"] * 2


async def test_a_call_whose_end_is_never_told_is_told_all_the_same(intake: Intake) -> None:
    await tell(intake, RINGING, ANSWERED)
    loop = next(part for part in intake.service.parts if isinstance(part, Loop) and part.name == "calls")
    await loop.step()
    assert await intake.said("MessageReceived") == []
    intake.clock.move(SILENCE + timedelta(seconds=1))
    await loop.step()
    await loop.step()
    (message,) = await intake.said("MessageReceived")
    assert message["fields"]["call_result"] == "answered"


@pytest.mark.parametrize(
    ("event", "field"),
    [
        ({"event": "exploded"}, "event"),
        ({"event": "ended", "from": "12"}, "from"),
        ({"event": "recording"}, "url"),
        ({"event": "recording", "url": "javascript:alert(1)"}, "url"),
        ({"event": "transcript"}, "text"),
        ({"event": "ended", "at": "2030-01-01T00:00:00Z"}, "occurred_at"),
        ({"event": "ended", "workspace": "nowhere"}, "workspace"),
    ],
)
async def test_an_event_that_cannot_be_used_is_refused(intake: Intake, event: dict[str, Any], field: str) -> None:
    assert refused(await intake.post("calls/events", COMMON | event), 422) == [field]
    assert await intake.count("calls") == 0
