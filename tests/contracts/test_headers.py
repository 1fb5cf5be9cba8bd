"""The attributes of an event on the wire: their names are a promise to every reader, ours or not."""

from datetime import UTC, datetime
from uuid import UUID

from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope, Mode, from_headers, to_headers

FULL = Envelope(
    id=UUID(int=1),
    type="TicketOpened",
    source="gongdan.router",
    subject="GD-1",
    occurred_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    recorded_at=datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC),
    actor=Actor("agent", "li.wei"),
    correlation_id=UUID(int=2),
    causation_id=UUID(int=3),
    decided_by=(DecidedBy("RoutingRule", "vip", 4),),
    mode=Mode.LIVE,
    sequence=5,
    traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01",
)
WIRE = {
    "ce_specversion": "1.0",
    "ce_id": "00000000-0000-0000-0000-000000000001",
    "ce_type": "TicketOpened",
    "ce_source": "gongdan.router",
    "ce_subject": "GD-1",
    "ce_time": "2026-03-02T09:30:00+00:00",
    "ce_recordedat": "2026-03-02T09:30:01+00:00",
    "ce_actor": "agent:li.wei",
    "ce_correlationid": "00000000-0000-0000-0000-000000000002",
    "ce_causationid": "00000000-0000-0000-0000-000000000003",
    "ce_decidedby": '[{"kind":"RoutingRule","name":"vip","version":4}]',
    "ce_mode": "live",
    "ce_sequence": "5",
    "content-type": "application/json",
    "traceparent": "00-" + "a" * 32 + "-" + "b" * 16 + "-01",
}


def test_an_event_goes_out_under_these_names() -> None:
    assert {name: value.decode() for name, value in to_headers(FULL)} == WIRE


def test_an_event_comes_in_under_these_names_and_others_are_ignored() -> None:
    headers = [(name, value.encode()) for name, value in (WIRE | {"ce_later": "x"}).items()]
    assert from_headers(headers) == FULL
