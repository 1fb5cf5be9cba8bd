"""What a webhook's payload means, by its Source's expressions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain import limits
from gongdan.intake.domain.mapping import Mapped, read
from gongdan.intake.domain.mapping_programs import Given, compile_map
from gongdan.shared.definitions.source import Mapping
from gongdan.shared.errors import FixInput

ALERT = Mapping(
    idempotency_key="body.groupKey + body.status",
    conversation="body.groupKey",
    requester={"email": "body.by", "name": "headers['x-name']", "phone": "body.phone"},
    subject="body.title",
    body="body.message",
    priority="body.severity",
    fields={"severity": "body.commonLabels.severity", "count": "body.alerts.size()", "labels": "body.commonLabels"},
    closes='body.status == "resolved"',
)
PROGRAMS = compile_map(ALERT)
WHOLE = {
    "groupKey": "disk-7",
    "status": "resolved",
    "by": "Ops@Example.com",
    "phone": "+1 415 555 0199",
    "title": "Disk full\x00",
    "message": "97 %",
    "severity": "HIGH",
    "commonLabels": {"severity": "page"},
    "alerts": [1, 2],
}


def mapped(**changes: Any) -> Mapped:
    """The alert, with some of it changed; None takes a part away."""
    body = {name: value for name, value in (WHOLE | changes).items() if value is not None}
    return read(PROGRAMS, Given(body, {"x-name": "On call"}))[0]


def test_every_part_is_read() -> None:
    found = mapped()
    assert found.requester
    assert found.requester.model_dump(exclude_none=True) == {
        "name": "On call",
        "email": "ops@example.com",
        "phone": "+14155550199",
    }
    assert (found.idempotency_key, found.conversation) == ("disk-7resolved", "disk-7")
    assert (found.subject, found.text, found.priority) == ("Disk full", "97 %", "high")
    assert found.fields == {"severity": "page", "count": 2, "labels": {"severity": "page"}}
    assert found.closes
    assert found.failed == ()


@pytest.mark.parametrize(
    ("changes", "failed"),
    [
        ({"title": None}, ("subject",)),
        ({"title": {"a": 1}}, ("subject",)),
        ({"by": "nobody"}, ("requester.email",)),
        ({"phone": "12"}, ("requester.phone",)),
        ({"severity": "fatal"}, ("priority",)),
        ({"commonLabels": None}, ("fields.severity", "fields.labels")),
        ({"status": 3}, ("idempotency_key",)),
    ],
)
def test_what_cannot_be_read_is_left_out_and_named(changes: dict[str, Any], failed: tuple[str, ...]) -> None:
    assert mapped(**changes).failed == failed


def test_without_a_text_the_payload_is_the_text() -> None:
    assert '"title": "Disk full"' in mapped(message=None, title="Disk full").text


def test_a_requester_who_cannot_be_told_from_others_is_none() -> None:
    assert mapped(by=None, phone=None).requester is None


def test_numbers_become_text() -> None:
    assert mapped(title=7).subject == "7"


def test_too_large_parts_are_cut_and_too_deep_ones_left_out() -> None:
    deep: Any = "x"
    for _ in range(limits.DEPTH):
        deep = [deep]
    found = mapped(title="x" * 5_000, commonLabels={"severity": deep})
    assert len(found.subject or "") == limits.SUBJECT
    assert "fields.severity" in found.failed


def test_an_expression_that_cannot_be_used_is_named() -> None:
    with pytest.raises(FixInput) as refused:
        compile_map(Mapping(fields={"x": "body."}))
    assert refused.value.complaints[0].field == "spec.map.fields.x"


BATCH = compile_map(
    Mapping.model_validate(
        {
            "each": "body.alerts",
            "ignore": {"jmespath": "item.labels.test"},
            "idempotency_key": "item.id + item.status",
            "conversation": "body.host + item.id",
            "subject": {"jmespath": "join(' on ', [item.labels.name, body.host])"},
            "severity": "item.labels.severity",
            "severities": {"Page": "urgent"},
            "occurred_at": "item.at",
            "closes": {"jmespath": "item.status == 'ok'"},
        }
    )
)


def alert(name: str, **changes: Any) -> dict[str, Any]:
    """One alert of a batch."""
    labels = {"name": name, "severity": "page", **changes.pop("labels", {})}
    return {"id": name, "status": "bad", "labels": labels, "at": "2026-02-03T04:05:06+08:00", **changes}


def test_a_batch_becomes_many_messages() -> None:
    payload: Any = {
        "host": "db-1",
        "alerts": [alert("disk"), alert("cpu", status="ok", labels={"severity": "warning"})],
    }
    first, second = read(BATCH, Given(payload))
    assert (first.subject, second.subject) == ("disk on db-1", "cpu on db-1")
    assert (first.idempotency_key, first.priority, first.fields) == ("diskbad", "urgent", {"severity": "page"})
    assert (second.priority, second.closes, first.closes) == ("normal", True, False)
    assert str(first.occurred_at) == "2026-02-03 04:05:06+08:00"


def test_what_is_to_be_ignored_gives_no_message() -> None:
    assert read(BATCH, Given({"host": "h", "alerts": [alert("x", labels={"test": True})]})) == ()
    single = compile_map(Mapping.model_validate({"ignore": "headers['x-kind'] == 'ping'", "subject": "'s'"}))
    assert read(single, Given({}, {"x-kind": "ping"})) == ()
    assert len(read(single, Given({}))) == 1


@pytest.mark.parametrize("alerts", [None, "x", {"a": 1}])
def test_a_batch_without_a_list_is_refused(alerts: Any) -> None:
    with pytest.raises(FixInput) as refused:
        read(BATCH, Given({"alerts": alerts}))
    assert refused.value.complaints[0].field == "body"


def test_a_batch_that_is_too_much_is_refused() -> None:
    many = [alert("x")] * (limits.PAYLOAD_ITEMS + 1)
    cases: list[tuple[Any, int]] = [({"alerts": many}, 0), ({"alerts": many[:100]}, limits.PAYLOAD_WORK)]
    for payload, size in cases:
        with pytest.raises(FixInput) as refused:
            read(BATCH, Given(payload, size=size))
        assert refused.value.status == 413


@pytest.mark.parametrize(("given_time", "taken"), [(1770000000, True), ("1770000000000", True), ("yesterday", False)])
def test_times_are_read_where_they_are_times(given_time: object, taken: bool) -> None:
    (found,) = read(BATCH, Given({"host": "h", "alerts": [alert("x", at=given_time)]}))
    assert (found.occurred_at is not None) is taken
    assert ("occurred_at" in found.failed) is not taken


def test_an_expression_that_is_no_jmespath_is_named() -> None:
    with pytest.raises(FixInput) as refused:
        compile_map(Mapping.model_validate({"subject": {"jmespath": "a..b"}}))
    assert refused.value.complaints[0].field == "spec.map.subject"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(WHOLE)) | st.text(), inner),
    max_leaves=12,
)


@given(JSON)
def test_no_payload_makes_the_mapping_fail(body: Any) -> None:
    (found,) = read(PROGRAMS, Given(body))
    assert "\x00" not in found.text
    assert len(found.text) <= limits.TEXT


def test_every_expression_that_cannot_be_used_is_named() -> None:
    wrong = {"subject": "body.", "body": {"jmespath": "a[?"}, "fields": {"x": "1 +"}, "closes": "true"}
    with pytest.raises(FixInput) as refused:
        compile_map(Mapping.model_validate(wrong))
    assert [one.field for one in refused.value.complaints] == ["spec.map.subject", "spec.map.body", "spec.map.fields.x"]
