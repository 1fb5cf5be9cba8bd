"""The program that compares policies: files and lines in, one JSON object out."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from gongdan.shared.contracts.envelope import to_headers
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.event_lines import line_of
from tests.kit.policies import policy
from tests.kit.story import Story
from tests.unit.sla_timer.test_backtest import WAY


def line(event: Event) -> bytes:
    """An event as a line."""
    headers = json.dumps([[name, value.decode()] for name, value in to_headers(event.envelope)])
    return line_of(event.key, event.envelope.type, headers, event.data.model_dump_json())


def written(path: Path, *definitions: Definition) -> Path:
    """A file of definitions."""
    items = [{"document": one.document, "version": one.version} for one in definitions]
    path.write_text(json.dumps({"definitions": items}))
    return path


def run(folder: Path, log: bytes, instead: Definition) -> subprocess.CompletedProcess[bytes]:
    """The program's answer as of a thousand minutes after noon."""
    files = [written(folder / "a.json", policy()), written(folder / "b.json", instead)]
    options = [f"--in-force={files[0]}", f"--instead={files[1]}", f"--now={Story().at(1_000).isoformat()}"]
    program = [sys.executable, "-m", "gongdan.sla_timer.backtest", *options]
    return subprocess.run(program, input=log, capture_output=True, timeout=60, check=False)


def compared(folder: Path, instead: Definition) -> dict[str, Any]:
    """What it finds about a ticket that was answered after half an hour and resolved after forty minutes."""
    story = Story()
    events = [story.opened(), story.answered(30), story.prioritised(35, "high"), story.moved(40, "resolved")]
    done = run(folder, b"".join(map(line, events)), instead)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_says_how_many_breach_before_and_after_and_which_tickets_flip(tmp_path: Path) -> None:
    found = compared(tmp_path, policy(version=2, targets={"first_response": {"*": "20m"}}))
    assert found["tickets"] == 1
    assert found["by"]["metric"]["first_response"] == {"clocks": 1, "before": 0, "after": 1, "flips": 1}
    assert found["by"]["team"]["support"] == {"clocks": 2, "before": 0, "after": 1, "flips": 1}
    assert [(one["ticket"], one["metric"]) for one in found["flips"]] == [("GD-1", "first_response")]


def test_milestones_that_only_one_side_has_are_counted(tmp_path: Path) -> None:
    found = compared(tmp_path, policy(version=2, milestones={"way": WAY}))
    assert found["by"]["metric"]["milestone/way"] == {"clocks": 1, "before": 0, "after": 1, "flips": 1}


def test_an_empty_log_has_no_differences(tmp_path: Path) -> None:
    done = run(tmp_path, b"", policy())
    assert json.loads(done.stdout)["total"] == {"clocks": 0, "before": 0, "after": 0, "flips": 0}


def test_a_line_that_is_no_event_is_told_plainly(tmp_path: Path) -> None:
    done = run(tmp_path, b"hello\n", policy())
    assert done.returncode == 1
    assert b"a line is no event" in done.stderr
    assert b"Traceback" not in done.stderr
