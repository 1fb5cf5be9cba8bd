"""The what-if of policies against a running installation."""

import json
from pathlib import Path

import pytest

from gongdan.shared.embedded.stack import Stack
from tests.e2e.test_command_line import gongdan

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

POLICY = """
kind: SlaPolicy
metadata: {name: default}
spec:
  order: 1000
  targets: {first_response: {"*": 1s}, resolution: {"*": 5000h}}
"""


async def test_other_policies_are_compared_with_those_in_force_and_nothing_changes(
    stack: Stack, tmp_path: Path
) -> None:
    file = tmp_path / "strict.yaml"
    file.write_text(POLICY)
    status, said = await gongdan(stack, "send", "message", "--subject", "How late would this be?")
    assert status == 0, said
    status, said = await gongdan(stack, "backtest", "--sla", str(file), "--since", "1d", "-o", "json")
    assert status == 0, said
    found = json.loads(said)
    assert found["total"]["clocks"] >= 2
    assert found["by"]["metric"]["resolution"]["after"] == 0
    assert set(found["by"]) == {"metric", "team", "priority", "week"}
    status, said = await gongdan(stack, "diff", "-f", str(file), "--exit-code")
    assert status == 3, said


async def test_a_policy_that_contradicts_itself_is_refused_with_its_place(stack: Stack, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(POLICY.replace("1s", "6000h"))
    status, said = await gongdan(stack, "backtest", "--sla", str(file))
    assert status == 1
    assert "comes after the resolution" in said
    assert "Traceback" not in said
