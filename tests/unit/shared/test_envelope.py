"""Envelopes survive the trip through record headers, and broken ones are refused with the header's name."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope, Mode, from_headers, to_headers

times = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8))]),
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
envelopes = st.builds(
    Envelope,
    id=st.uuids(),
    type=words,
    source=words,
    subject=words,
    occurred_at=times,
    recorded_at=times,
    actor=st.builds(Actor, st.sampled_from(["agent", "contact", "system", "rule"]), words),
    correlation_id=st.uuids(),
    causation_id=st.none() | st.uuids(),
    decided_by=st.lists(st.builds(DecidedBy, words, words, st.integers(1, 10**6)), max_size=3).map(tuple),
    mode=st.sampled_from(Mode),
    sequence=st.none() | st.integers(1, 10**9),
    traceparent=st.none() | st.just("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
)


@given(envelopes)
def test_an_envelope_is_the_same_after_its_headers_were_read(envelope: Envelope) -> None:
    assert from_headers(to_headers(envelope)) == envelope


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_time", "ce_actor", "ce_correlationid", "ce_mode"])
def test_a_missing_attribute_is_named(name: str) -> None:
    headers = [(key, value) for key, value in to_headers(_envelope()) if key != name]
    with pytest.raises(ValueError, match=name):
        from_headers(headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_id", b"not-a-uuid"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2026-01-01T00:00:00"),
        ("ce_actor", b"robot:x"),
        ("ce_mode", b"loud"),
        ("ce_decidedby", b"{"),
        ("ce_type", b"\xff\xfe"),
    ],
)
def test_a_malformed_attribute_is_refused(name: str, value: bytes) -> None:
    headers = [(key, old) for key, old in to_headers(_envelope()) if key != name] + [(name, value)]
    with pytest.raises(ValueError, match=r".+"):
        from_headers(headers)


def _envelope() -> Envelope:
    now = datetime(2026, 3, 2, tzinfo=UTC)
    return Envelope(
        id=UUID(int=1),
        type="TicketOpened",
        source="router",
        subject="GD-1",
        occurred_at=now,
        recorded_at=now,
        actor=Actor("system", "router"),
        correlation_id=UUID(int=2),
    )
