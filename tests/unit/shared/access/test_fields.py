"""What field rules mean, alone and together."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gongdan.shared.access import fields
from gongdan.shared.access.fields import HIDE, READ, WRITE, least_permissive, most_permissive, rules_of

NAMES = some.sampled_from(["*", "subject", "cost", "fields.cost", "margin", "team", "fields.team"])
RULES = some.dictionaries(NAMES, some.sampled_from(["hide", "read", "write"]), max_size=6)
ASKED = ("subject", "cost", "fields.cost", "margin", "fields.margin", "team", "fields.team", "other", "fields.other")


@pytest.mark.parametrize(
    ("rules", "name", "level"),
    [
        ({}, "subject", HIDE),
        ({"*": "read"}, "subject", READ),
        ({"*": "write", "cost": "read", "margin": "hide"}, "fields.cost", READ),
        ({"*": "write", "cost": "read", "margin": "hide"}, "fields.margin", HIDE),
        ({"*": "write", "cost": "read", "margin": "hide"}, "fields.device", WRITE),
        ({"team": "hide", "*": "read"}, "fields.team", HIDE),
        ({"team": "hide", "fields.team": "read"}, "fields.team", READ),
        ({"team": "hide", "fields.team": "read"}, "team", HIDE),
        ({"*": "write"}, "messages", WRITE),
    ],
)
def test_a_field_has_the_level_of_its_own_rule_else_of_the_star_else_is_hidden(
    rules: Mapping[str, str], name: str, level: int
) -> None:
    assert rules_of(rules).of(name) == level


@given(some.lists(RULES, min_size=1, max_size=4))
def test_of_several_roles_the_most_permissive_counts_field_by_field(given_rules: list[dict[str, str]]) -> None:
    apart = [rules_of(one) for one in given_rules]
    together, common = most_permissive(apart), least_permissive(apart)
    for name in ASKED:
        assert together.of(name) == max(one.of(name) for one in apart)
        assert common.of(name) == min(one.of(name) for one in apart)


@given(RULES, some.dictionaries(some.sampled_from(["cost", "margin", "team", "other"]), some.integers()))
def test_form_fields_are_shown_exactly_where_their_level_says_so(
    rules: dict[str, str], values: dict[str, object]
) -> None:
    compiled = rules_of(rules)
    expected = {name: value for name, value in values.items() if compiled.of(f"fields.{name}") > HIDE}
    assert dict(compiled.form_fields(values)) == expected


@given(RULES)
def test_blanks_are_exactly_the_attributes_of_hidden_fields(rules: dict[str, str]) -> None:
    compiled = rules_of(rules)
    hidden = {name for name, (owner, _) in fields.ATTRIBUTES.items() if compiled.of(owner) == HIDE}
    assert set(compiled.blanks) == hidden
