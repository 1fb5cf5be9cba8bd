"""Whatever can be defined comes back as it was: from its model, and from the YAML that is written of it."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from ruamel.yaml import YAML

from gongdan.shared.definitions import references
from gongdan.shared.definitions.registry import KINDS, Definition, check
from gongdan.shared.definitions.yaml_text import to_stream, to_yaml
from tests.kit.definition_strategies import documents, sets

ROOMY = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)


def read(text: str) -> list[Any]:
    return list(YAML(typ="safe", pure=True).load_all(text))


@pytest.mark.parametrize("kind", KINDS)
@settings(ROOMY, max_examples=25)
@given(data=some.data())
def test_a_model_says_what_its_document_says(kind: str, data: some.DataObject) -> None:
    document = data.draw(documents(kind))
    item = check(document)
    spec = item.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    assert check(document | {"spec": spec}).spec == item.spec
    text = to_yaml(document)
    assert read(text) == [document]
    assert to_yaml(read(text)[0]) == text


@settings(ROOMY, max_examples=50)
@given(sets())
def test_a_set_is_read_back_as_it_was(items: list[Definition]) -> None:
    assert references.dangling(items) == []
    text = to_stream(item.document for item in items)
    again = [check(raw) for raw in read(text)]
    assert [(item.key, item.spec) for item in again] == [(item.key, item.spec) for item in items]
    assert to_stream(item.document for item in again) == text


@settings(ROOMY, max_examples=50)
@given(sets(), some.randoms(use_true_random=False))
def test_what_is_named_does_not_depend_on_the_order(items: list[Definition], chance: Any) -> None:
    mixed = list(items)
    chance.shuffle(mixed)
    for item in items:
        before = {(use.definition.key, use.reference.path) for use in references.users_of(item.key, items)}
        assert {(use.definition.key, use.reference.path) for use in references.users_of(item.key, mixed)} == before
