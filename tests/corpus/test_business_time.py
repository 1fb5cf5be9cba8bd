"""Working time, compared with what the tests of other libraries expect of it; all cases must agree."""

import json
from pathlib import Path
from typing import Any

from gongdan.sla_timer.try_outs.calendar import answer


def differs(case: dict[str, Any]) -> bool:
    """Whether the answer is none of those accepted."""
    return answer(json.dumps(case))["result"] not in case.get("accept", [case["expect"]])


def test_working_time_is_what_others_make_of_it(corpus: Path) -> None:
    cases = json.loads((corpus / "business_time.json").read_text())
    assert [case["id"] for case in cases if differs(case)] == []
