"""Definitions by the command line: files, what they would change, in force, their history, and the way back."""

import asyncio
import re
from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.test_command_line import gongdan

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

APPLIED = re.compile(r"^applied; revision (\d+)$", re.MULTILINE)
AGENT = "kind: Agent\nmetadata: {name: li.wei}\nspec: {display: 李伟}\n"
CATCH_ALL = """kind: RoutingRule
metadata: {name: catch-all, workspace: support}
spec: {order: 45, when: "true", then: [{add_tags: [x]}], stop: true}
"""
STRICT = "kind: SlaPolicy\nmetadata: {name: strict}\nspec: {order: 1, targets: {first_response: {'*': 5m}}}\n"
TEAM = "kind: Team\nmetadata: {name: field}\nspec: {members: [li.wei]}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an agent and a team."""
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "agents.yaml").write_text(AGENT, encoding="utf-8")
    (tmp_path / "teams.yaml").write_text(TEAM, encoding="utf-8")
    return tmp_path


async def said(desk: Desk, *arguments: object, status: int = 0) -> str:
    """What a command says, which must end with this status; what it changes is in force everywhere then."""
    found, text = await gongdan(desk.stack, *map(str, arguments))
    assert found == status, text
    if applied := APPLIED.search(text):
        await desk.in_force(int(applied[1]))
    return text


async def test_a_folder_is_tried_applied_changed_and_brought_back(desk: Desk, folder: Path) -> None:
    assert "created Agent li.wei" in await said(desk, "diff", "-f", folder)
    applied = await said(desk, "apply", "-f", folder, "--reason", "a new team")
    assert "Team field created (version 1)\napplied; revision" in applied
    assert "no difference" in await said(desk, "diff", "-f", folder)
    (folder / "people" / "agents.yaml").write_text(AGENT.replace("李伟", "李伟 (出差)"), encoding="utf-8")
    changed = await said(desk, "diff", "-f", folder, "--exit-code", status=3)
    assert 'changed Agent li.wei\n  spec.display\n    - "李伟"\n    + "李伟 (出差)"\n' in changed
    assert "changed (version 2)" in await said(desk, "apply", "-f", folder)
    assert "a new team" in await said(desk, "get", "history", "Agent", "li.wei")
    assert "changed (version 3)" in await said(desk, "rollback", "Agent", "li.wei", 1, "--dry-run")
    assert "changed (version 3)" in await said(desk, "rollback", "Agent", "li.wei", 1)
    assert "spec: {display: 李伟}\n" in await said(desk, "get", "definitions", "Agent", "li.wei", "-o", "yaml")


async def test_what_a_change_would_mean_is_told_before_it_is_made(desk: Desk, tmp_path: Path) -> None:
    await said(desk, "send", "message", "--subject", "A ticket under the usual policy")
    (tmp_path / "rules.yaml").write_text(f"{CATCH_ALL}---\n{STRICT}", encoding="utf-8")
    told = await said(desk, "diff", "-f", tmp_path)
    assert "in support, rule equipment would never be reached: catch-all" in told
    assert "open tickets would go from SlaPolicy default to SlaPolicy strict, such as GD-" in told
    assert "from SlaPolicy default to SlaPolicy strict" in await said(desk, "apply", "-f", tmp_path, "--dry-run")
    (tmp_path / "rules.yaml").write_text(STRICT, encoding="utf-8")
    await said(desk, "apply", "-f", tmp_path)
    words = "open tickets would go from SlaPolicy strict to SlaPolicy default"
    await said_in_the_end(desk, words, "delete", "SlaPolicy", "strict", "--dry-run")
    await said(desk, "delete", "SlaPolicy", "strict")


async def said_in_the_end(desk: Desk, words: str, *arguments: str) -> None:
    """Wait until a command says this: tickets get another policy one by one."""
    async with asyncio.timeout(60):
        while words not in await said(desk, *arguments):
            await asyncio.sleep(0.1)


async def test_what_is_exported_applies_again_and_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    assert "definitions written" in await said(desk, "export", "-o", tmp_path / "all")
    assert "no difference" in await said(desk, "diff", "-f", tmp_path / "all")
    await said(desk, "export", "--workspace", "support", "-o", tmp_path / "support")
    assert (tmp_path / "support" / "_shared" / "Workspace" / "support.yaml").exists()
    assert "no workspace nowhere" in await said(desk, "export", "--workspace", "nowhere", "-o", tmp_path, status=2)


async def test_faults_are_told_with_file_line_and_cure_and_nothing_is_applied(desk: Desk, folder: Path) -> None:
    (folder / "teams.yaml").write_text(TEAM.replace("li.wei", "nobody").replace("field", "other"), encoding="utf-8")
    (folder / "z.yaml").write_text(
        "kind: Agent\nmetadata:\n  name: zhao.min\nspec:\n  dispaly: 赵敏\n", encoding="utf-8"
    )
    text = await said(desk, "apply", "-f", folder, status=1)
    assert f"{folder}/teams.yaml:3:18: (Team other).spec.members.0: there is no Agent 'nobody'" in text
    assert f"{folder}/z.yaml:5:3: (Agent zhao.min).spec.dispaly" in text
    assert "no Agent zhao.min" in await said(desk, "get", "definitions", "Agent", "zhao.min", status=1)


async def test_what_others_name_is_not_deleted(desk: Desk, folder: Path) -> None:
    await said(desk, "apply", "-f", folder)
    assert "Team field.spec.members.0" in await said(desk, "delete", "Agent", "li.wei", status=1)
    assert "Team field deleted" in await said(desk, "delete", "Team", "field", "--reason", "dissolved")
    assert "Agent li.wei deleted" in await said(desk, "delete", "Agent", "li.wei")


async def test_a_folder_without_definitions_is_told_with_a_cure(desk: Desk, tmp_path: Path) -> None:
    assert "no definitions" in await said(desk, "apply", "-f", tmp_path, status=2)
    assert "does not exist" in await said(desk, "diff", "-f", tmp_path / "none", status=2)
