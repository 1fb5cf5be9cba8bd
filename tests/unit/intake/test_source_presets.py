"""The Sources that come with the project: each applies by itself, and its samples are what providers send."""

from pathlib import Path

import jsonschema_rs
import pytest

from gongdan.intake.domain.documents import check_all, read
from gongdan.intake.domain.sent import Sent
from gongdan.intake.domain.verdict import Known, on_applying
from gongdan.shared.definitions import references, schemas
from gongdan.shared.definitions.source import Source
from gongdan.shared.errors import FixInput

FOLDER = Path(__file__).parents[3] / "definitions" / "sources"
EVENTS = (
    "alertmanager dingtalk-events dingtalk-robot feishu-bot github-issues grafana sentry twilio-call wecom-app zabbix"
)
each_preset = pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)


def sent(text: bytes) -> Sent:
    return check_all(read(text))


def test_they_are_all_there() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.yaml")) == sorted([*EVENTS.split(), "mail-providers"])


@each_preset
def test_it_applies_where_nothing_is_defined_yet(path: Path) -> None:
    verdict = on_applying(Known(), sent(path.read_bytes()))
    assert {planned.result for planned in verdict.planned} == {"created"}


@each_preset
def test_editors_find_nothing_wrong_with_it_and_nothing_is_doubtful(path: Path) -> None:
    validator = jsonschema_rs.Draft202012Validator(schemas.any_schema())
    written = read(path.read_bytes()).written
    assert [error.message for one in written for error in validator.iter_errors(one.data)] == []
    assert references.doubts(item for _, item in sent(path.read_bytes()).sound) == []


@each_preset
def test_every_recovery_has_a_sample_that_closes(path: Path) -> None:
    for _, item in sent(path.read_bytes()).sound:
        assert isinstance(item.spec, Source)
        wanted = [each for sample in item.spec.samples for each in (sample.messages or [sample.expect or {}])]
        assert any(each.get("closes") is True for each in wanted) is (item.spec.map.closes is not None)


def test_a_preset_whose_sample_does_not_fit_any_more_is_refused_by_the_sample() -> None:
    text = (FOLDER / "zabbix.yaml").read_bytes().replace(b"subject: body.event_name", b"subject: body.name")
    with pytest.raises(FixInput) as refused:
        on_applying(Known(), sent(text))
    complaint = refused.value.complaints[0]
    assert complaint.path == "spec.samples.0.expect.subject"
    assert complaint.problem == "gives None (subject cannot be read from this sample)"
    assert complaint.cure == "expected 'Load average is too high'"
