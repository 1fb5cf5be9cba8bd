"""What the pages of forms compute in the browser: the same conditions as the server, and work that the server takes."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gongdan.intake.domain.form_conditions import plain_group
from gongdan.intake.domain.form_guard import zero_bits
from gongdan.shared.definitions.tree import ConditionTree
from gongdan.shared.definitions.tree_check import check_tree
from gongdan.shared.errors import FixInput
from tests.architecture.house import ROOT
from tests.kit.scripts import Scripts, scripts

WEB = ROOT / "services/intake/src/gongdan/intake/web"
FIXTURES = json.loads((ROOT / "tests/fixtures/conditions.json").read_text(encoding="utf-8"))
TOKEN = "1772443800.c0ffee." + "0" * 64


def in_forms(case: dict[str, Any]) -> bool:
    """Whether forms have such a condition: they do not know the present time."""
    try:
        check_tree(ConditionTree.model_validate(case["tree"]), variables_of(case))
    except FixInput:
        return False
    return True


def variables_of(case: dict[str, Any]) -> dict[str, str]:
    return {name: kind for name, kind in (FIXTURES["fields"] | case.get("fields", {})).items() if name != "now"}


CASES = [case for case in FIXTURES["cases"] if in_forms(case)]


@pytest.fixture(scope="module")
def browser() -> Iterator[Scripts]:
    with scripts(WEB / "conditions.js", WEB / "proof.js") as found:
        yield found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_the_browser_gives_what_the_shared_table_says(browser: Scripts, case: dict[str, Any]) -> None:
    group = check_tree(ConditionTree.model_validate(case["tree"]), variables_of(case))
    assert browser.call("holds", plain_group(group), case["values"]) is case["expected"]


def test_the_table_has_cases_for_forms() -> None:
    assert len(CASES) > 60


def test_what_depends_on_a_field_that_is_not_shown_goes_with_it(browser: Scripts) -> None:
    clause = {"kind": "bool", "operator": "=", "not": False, "operands": [True]}
    conditions = [
        {"field": name, "when": {"any": False, "not": False, "parts": [{**clause, "field": on}]}}
        for name, on in (("b", "a"), ("c", "b"))
    ]
    hidden = "(conditions, answers) => [...hiddenFields(conditions, answers)]"
    assert browser.call(hidden, conditions, {"a": False, "b": True, "c": True}) == ["b", "c"]
    assert browser.call(hidden, conditions, {"a": True, "b": True}) == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(prefix=st.text("abc019.:", max_size=140), text=st.text("0123456789", max_size=70))
def test_the_browsers_sha_256_is_sha_256(browser: Scripts, prefix: str, text: str) -> None:
    words = browser.call("(prefix, text) => [...hasher(prefix)(text)]", prefix, text)
    assert b"".join(word.to_bytes(4, "big") for word in words) == hashlib.sha256((prefix + text).encode()).digest()


@pytest.mark.parametrize("bits", [0, 1, 8, 13])
def test_the_work_that_the_browser_does_is_what_the_form_asks_for(browser: Scripts, bits: int) -> None:
    assert zero_bits(TOKEN, browser.call("findWork", TOKEN, bits)) >= bits
