"""What callers may send, and that whatever else they send is named."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.commands import CommandInput, command_of
from gongdan.intake.domain.inputs import NewCall, NewMessage
from gongdan.intake.domain.reading import read, read_command
from gongdan.shared.contracts.messages import AddNote, Assign, Reply, SetPriority, Snooze, Transition
from gongdan.shared.errors import FixInput

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MESSAGE = {"requester": {"email": "a@example.com"}, "text": "Hello"}
CALL = {"from": "+14155550199", "notes": "Call back"}


def nested(levels: int) -> Any:
    """A list in a list in a list."""
    value: Any = "x"
    for _ in range(levels):
        value = [value]
    return value


def complaint(model: type[NewMessage | NewCall], body: dict[str, Any]) -> tuple[int, str]:
    """The status and the first field that a body is refused for."""
    with pytest.raises(FixInput) as refused:
        read(model, json.dumps(body).encode())
    return refused.value.status, refused.value.complaints[0].field


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"requester": {}}, "requester"),
        ({"requester": {"name": "Only a name"}}, "requester"),
        ({"requester": {"email": "no address"}}, "requester.email"),
        ({"requester": {"email": "two@at@example.com"}}, "requester.email"),
        ({"requester": {"phone": "12"}}, "requester.phone"),
        ({"requester": {"id": "a\nb"}}, "requester.id"),
        ({"requester": None}, "requester"),
        ({"text": ""}, "text"),
        ({"text": None}, "text"),
        ({"text": "x" * 200_001}, "text"),
        ({"subject": "x" * 501}, "subject"),
        ({"priority": "asap"}, "priority"),
        ({"ticket": "gd-1"}, "ticket"),
        ({"ticket": "GD-0"}, "ticket"),
        ({"workspace": "Support!"}, "workspace"),
        ({"occurred_at": "2026-01-01T00:00:00"}, "occurred_at"),
        ({"fields": {"": 1}}, "fields"),
        ({"fields": {"large": 2**63}}, "fields"),
        ({"fields": {"endless": float("inf")}}, "fields"),
        ({"fields": {"deep": nested(9)}}, "fields"),
        ({"fields": {str(n): n for n in range(101)}}, "fields"),
        ({"fields": {"many": list(range(3_000))}}, "fields"),
        ({"attachments": [{"name": "a", "sha256": "xyz"}]}, "attachments.0.sha256"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "a\x00b"}, "external_id"),
        ({"sbuject": "typo"}, "sbuject"),
    ],
)
def test_a_wrong_field_of_a_message_is_named(changes: dict[str, Any], field: str) -> None:
    assert complaint(NewMessage, MESSAGE | changes) == (422, field)


@pytest.mark.parametrize("name", sorted(MESSAGE))
def test_a_missing_field_of_a_message_is_named(name: str) -> None:
    assert complaint(NewMessage, {key: value for key, value in MESSAGE.items() if key != name}) == (422, name)


@pytest.mark.parametrize("body", [b"", b"{", b"nul", b'{"text": "\xff"}', b"[" * 5_000, b'{"text": "\\ud800"}'])
def test_what_is_not_json_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(FixInput) as refused:
        read(NewMessage, body)
    assert (refused.value.status, refused.value.complaints[0].field) == (400, "body")


def test_nul_characters_vanish_from_texts() -> None:
    new = read(NewMessage, json.dumps(MESSAGE | {"text": "a\x00b", "fields": {"k\x00": ["\x00v"]}}).encode())
    assert (new.text, new.fields) == ("ab", {"k": ["v"]})


def test_addresses_are_lower_case() -> None:
    new = read(NewMessage, b'{"requester": {"email": " Kunde@Example.COM "}, "text": "x"}')
    assert new.requester.email == "kunde@example.com"


@pytest.mark.parametrize(
    ("changes", "party"),
    [
        ({}, "+14155550199"),
        ({"from": "138 0013 8000", "region": "CN"}, "+8613800138000"),
        ({"direction": "out", "to": "+4930123456"}, "+4930123456"),
        ({"direction": "out"}, None),
    ],
)
def test_the_other_party_of_a_call_is_who_is_not_us(changes: dict[str, Any], party: str | None) -> None:
    assert read(NewCall, json.dumps(CALL | changes).encode()).party == party


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from": "12"}, "from"),
        ({"from": "138 0013 8000"}, "from"),
        ({"notes": ""}, "notes"),
        ({"direction": "sideways"}, "direction"),
        ({"duration_seconds": -1}, "duration_seconds"),
        ({"region": "China"}, "region"),
    ],
)
def test_a_wrong_field_of_a_call_is_named(changes: dict[str, Any], field: str) -> None:
    assert complaint(NewCall, CALL | changes) == (422, field)


@pytest.mark.parametrize(
    ("body", "command"),
    [
        ({"command": "Reply", "text": "Yes"}, Reply(text="Yes")),
        ({"command": "reply", "text": "Yes"}, Reply(text="Yes")),
        ({"command": "note", "text": "Hm"}, AddNote(text="Hm")),
        ({"command": "add_note", "text": "Hm"}, AddNote(text="Hm")),
        ({"command": "assign", "assignee": "li.wei"}, Assign(assignee="li.wei")),
        ({"command": "Transition", "to": "resolved"}, Transition(to="resolved")),
        ({"command": "set-priority", "priority": "high"}, SetPriority(priority="high")),
        ({"command": "snooze", "until": "2026-03-02T20:00:00+08:00"}, Snooze(until=NOON)),
        ({"command": "Snooze", "until": None}, Snooze(until=None)),
    ],
)
def test_a_command_is_read_in_any_usual_spelling(body: dict[str, Any], command: object) -> None:
    asked: CommandInput = read_command(json.dumps(body).encode())
    assert command_of(asked, ()) == command


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "command"),
        ({"command": 7}, "command"),
        ({"command": "Explode"}, "command"),
        ({"command": "Reply"}, "text"),
        ({"command": "Assign"}, "body"),
        ({"command": "Transition"}, "to"),
        ({"command": "SetPriority", "priority": "x"}, "priority"),
        ({"command": "Snooze"}, "until"),
        ({"command": "Snooze", "until": "2026-03-02T20:00:00"}, "until"),
        ({"command": "Snooze", "until": "tomorrow"}, "until"),
        ({"command": "Reply", "text": "x", "expected_version": 0}, "expected_version"),
        ({"command": "Reply", "text": "x", "txet": "x"}, "txet"),
    ],
)
def test_a_wrong_field_of_a_command_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(FixInput) as refused:
        read_command(json.dumps(body).encode())
    assert (refused.value.status, refused.value.complaints[0].field) == (422, field)


@given(st.binary(max_size=300))
def test_no_bytes_do_anything_but_be_read_or_refused(body: bytes) -> None:
    for reader in (lambda raw: read(NewMessage, raw), lambda raw: read(NewCall, raw), read_command):
        with pytest.raises(FixInput):
            reader(body)


@pytest.mark.parametrize("address", ["nobody", "a@example.com\\r\\nBcc: b@example.com", "a b@example.com"])
def test_an_address_that_is_none_is_refused_in_words(address: str) -> None:
    with pytest.raises(FixInput) as refused:
        read(NewMessage, b'{"requester": {"email": "%s"}, "text": "x"}' % address.encode())
    (complaint,) = refused.value.complaints
    assert (complaint.field, complaint.problem) == ("requester.email", "is no mail address; write name@example.com")
