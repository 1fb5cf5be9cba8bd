"""From what was sent to one message: ids, conversation keys, titles, events."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain import identity
from gongdan.intake.domain.events import arrival, commanded, received
from gongdan.intake.domain.forms import Submission, compile_form
from gongdan.intake.domain.inputs import NewCall, NewMessage, PersonInput
from gongdan.intake.domain.mapping import Mapped
from gongdan.intake.domain.normalise import (
    command_received,
    conversation_key,
    from_api,
    from_call,
    from_form,
    from_webhook,
    title_of,
)
from gongdan.intake.domain.reading import read_command
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.definitions import form as definition
from gongdan.shared.errors import FixInput
from tests.unit.intake.messages import NOW

SOMEBODY = PersonInput(email="a@example.com")
NOTHING = Mapped(None, None, None, None, "text", None, {}, False, ())


@pytest.mark.parametrize(
    ("subject", "text", "title"),
    [
        ("Printer", "x", "Printer"),
        ("  ", "\n  first line \nsecond", "first line"),
        ("", "x" * 200, "x" * 119 + "…"),
        ("", "  \n ", ""),
    ],
)
def test_without_a_subject_the_first_line_is_the_title(subject: str, text: str, title: str) -> None:
    assert title_of(subject, text) == title


@pytest.mark.parametrize(
    ("ticket", "thread", "key"),
    [("GD-7", "t-1", "GD-7"), (None, "t-1", "api:admin:t-1"), (None, None, "MESSAGE")],
)
def test_the_conversation_key_is_the_strongest_thing_known(ticket: str | None, thread: str | None, key: str) -> None:
    message = uuid4()
    assert conversation_key("api", "admin", message, ticket, thread) == key.replace("MESSAGE", str(message))


def test_an_api_message_is_proven_to_belong_to_the_ticket_it_names() -> None:
    message = from_api(NewMessage(requester=SOMEBODY, text="Hello", ticket="GD-7"), "admin", "x-1")
    assert (message.thread.ticket_number, message.conversation_key) == ("GD-7", "GD-7")
    assert (message.subject, message.reply_text, message.requester.email) == ("Hello", "Hello", "a@example.com")


def test_a_call_has_its_party_as_requester() -> None:
    call = NewCall.model_validate({"from": "+14155550199", "notes": "Call back", "duration_seconds": 61})
    message = from_call(call, "c-1")
    assert (message.channel, message.requester.phone) == ("call", "+14155550199")
    assert message.fields == {"call_seconds": 61}


def test_whoever_leaves_no_address_in_a_form_is_known_by_the_message_alone() -> None:
    form = compile_form("idea", "support", definition.Form.model_validate({"schema": {}, "subject": "{idea}"}))
    first = from_form(form, Submission({"idea": "Tea", "name": "A"}), "1")
    second = from_form(form, Submission({"idea": "Tea", "name": "A"}), "2")
    assert first.requester.key
    assert first.requester.key != second.requester.key
    assert (first.requester.name, first.subject) == ("A", "Tea")


def test_a_webhook_without_requester_is_its_sources() -> None:
    message = from_webhook("grafana", "support", NOTHING, "k", "0" * 64)
    assert message.requester.key == "id:source:grafana"


@pytest.mark.parametrize("text", ["", "{}", '{\n  "a": 1\n}', "[\n  1\n]"])
def test_a_webhook_without_a_title_is_called_by_its_source(text: str) -> None:
    message = from_webhook("grafana", "support", replace(NOTHING, text=text), "k", "0" * 64)
    assert message.subject == "grafana"


def test_sources_of_two_channels_may_share_a_name() -> None:
    ids = {identity.message_id(channel, "contact", "1") for channel in ("form", "webhook", "email", "api")}
    assert len(ids) == 4


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_parts_cannot_be_shifted_into_each_other(a: str, b: str, c: str, d: str) -> None:
    same = identity.body_hash(a.encode(), b.encode()) == identity.body_hash(c.encode(), d.encode())
    assert same == ((a, b) == (c, d))


@pytest.mark.parametrize("key", ["", "   ", "x" * 513, "a\tb", "a\x00"])
def test_an_idempotency_key_that_cannot_be_used_is_named(key: str) -> None:
    with pytest.raises(FixInput) as refused:
        identity.idempotency_key(key)
    assert refused.value.complaints[0].field == "Idempotency-Key"


def test_an_event_names_who_when_and_why() -> None:
    message = from_api(NewMessage(requester=SOMEBODY, text="Hello"), "admin", "1")
    when = arrival(NOW, "00-" + "a" * 32 + "-" + "b" * 16 + "-01", NOW - timedelta(hours=1))
    event = received(message, when)
    assert event.envelope.id == event.envelope.correlation_id == message.message_id
    assert str(event.envelope.actor) == "contact:email:a@example.com"
    assert (event.envelope.occurred_at, event.envelope.recorded_at) == (NOW - timedelta(hours=1), NOW)
    assert event.key == message.conversation_key


def test_a_command_is_in_the_order_of_its_ticket_and_done_by_its_agent() -> None:
    command = command_received(read_command(b'{"command": "reply", "text": "x"}'), "GD-7", uuid4())
    event = commanded(command, Actor("agent", "li.wei"), arrival(NOW))
    assert (event.key, event.envelope.subject, str(event.envelope.actor)) == ("GD-7", "GD-7", "agent:li.wei")


def test_nothing_has_happened_in_the_future() -> None:
    with pytest.raises(FixInput) as refused:
        arrival(NOW, None, NOW + timedelta(minutes=6))
    assert refused.value.complaints[0].field == "occurred_at"


def test_a_clock_that_runs_a_little_ahead_is_forgiven() -> None:
    assert arrival(NOW, None, NOW + timedelta(minutes=4)).occurred_at == NOW
