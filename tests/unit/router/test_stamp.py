"""Decisions as events: ids, order, cause, actor and mode."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gongdan.router.domain.decision import Decision
from gongdan.router.domain.stamp import outcome_event, ticket_event
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Envelope, Mode
from gongdan.shared.contracts.messages import Reply
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored, MessageRejected
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.ids import ticket_event_id
from tests.unit.router.given import NOON, command, decided, done, message, message_id, rule

LATER = NOON + timedelta(seconds=5)
CAUSE = Envelope(
    id=message_id("m1"),
    type="MessageReceived",
    source="gongdan.intake",
    subject="m1",
    occurred_at=NOON,
    recorded_at=NOON,
    actor=Actor("contact", "email:customer@example.com"),
    correlation_id=message_id("root"),
    mode=Mode.IMPORT,
    traceparent="00-1-2-01",
)


def test_a_ticket_event_is_identified_by_the_version_it_leads_to() -> None:
    found = done(decided(None, message(), rule("vip")))
    events = [ticket_event(draft, CAUSE, LATER) for draft in found.drafts]
    assert [event.envelope.id for event in events] == [ticket_event_id(found.ticket.id, n) for n in (1, 2, 3, 4)]
    assert [event.envelope.sequence for event in events] == [1, 2, 3, 4]
    assert {(event.key, event.topic, event.envelope.subject) for event in events} == {
        (str(found.ticket.id), Topic.TICKETS, "GD-7")
    }


def test_an_event_names_its_cause_and_keeps_time_mode_and_trace() -> None:
    found = done(decided(None, message(), rule("vip")))
    first, *_, classified, _ = (ticket_event(draft, CAUSE, LATER).envelope for draft in found.drafts)
    assert (first.causation_id, first.correlation_id) == (CAUSE.id, CAUSE.correlation_id)
    assert (first.occurred_at, first.recorded_at, first.mode) == (NOON, LATER, Mode.IMPORT)
    assert (first.actor, first.traceparent) == (CAUSE.actor, CAUSE.traceparent)
    assert classified.actor == Actor("system", "router")
    assert [by.name for by in classified.decided_by] == ["vip"]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (decided(None, message()), MessageApplied),
        (decided(None, command(Reply(text="Hi"))), MessageRejected),
        (decided(None, message(closes=True)), MessageIgnored),
    ],
)
def test_every_decision_has_its_outcome(decision: Decision, expected: type[Contract]) -> None:
    event = outcome_event(decision, message_id("m1"), CAUSE, LATER)
    assert type(event.data) is expected
    assert (event.key, event.topic, event.envelope.type) == (str(message_id("m1")), Topic.OUTCOMES, expected.__name__)
    assert event.envelope.id != CAUSE.id
    again = outcome_event(decision, message_id("m1"), replace(CAUSE), LATER)
    assert again == event
