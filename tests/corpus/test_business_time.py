"""Working time, compared with what the tests of other libraries expect of it; all cases must agree."""

import json
from pathlib import Path
from typing import Any

from gongdan.sla_timer.try_outs.calendar import answer
from tests.corpus.places import Score

Case = dict[str, Any]


def result(case: Case) -> object:
    """What the try-out answers."""
    return answer(json.dumps(case))["result"]


def score(corpus: Path) -> Score:
    """How many cases come out as expected, or as is accepted where peers differ."""
    cases: list[Case] = json.loads((corpus / "business_time.json").read_text())
    wrong = [case for case in cases if result(case) not in case.get("accept", [case["expect"]])]
    return Score(len(cases), [f"{case['id']}: {result(case)}, not {case['expect']}" for case in wrong])


def test_working_time_is_what_others_make_of_it(corpus: Path) -> None:
    assert score(corpus).wrong == []
