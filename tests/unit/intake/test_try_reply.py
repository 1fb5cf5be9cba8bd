"""The try-out of replies, by its command."""

import json
import subprocess
import sys
from pathlib import Path

GONGDAN = Path(sys.executable).with_name("gongdan")


def test_replies_are_told_from_history_and_wrong_lines_are_refused_alone() -> None:
    asked = [
        {"input": "It works now.\r\n\r\nOn 2 Mar 2026 10:20, Support <s@example.com> wrote:\r\n> Better?"},
        {"input": "<p>修好了</p><blockquote>还坏吗？</blockquote>", "kind": "html"},
        {"input": "x", "kind": "rtf"},
        {"kind": "plain"},
        {"input": "\ud83d It works\x00.", "kind": "plain"},
    ]
    lines = "".join(json.dumps(one) + "\n" for one in asked)
    done = subprocess.run([GONGDAN, "try", "reply"], input=lines.encode(), capture_output=True, timeout=60, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("text") for one in answers[:2]] == ["It works now.", "修好了"]
    assert [one["complaints"][0]["field"] for one in answers[2:4]] == ["kind", "input"]
    assert len(answers) == len(asked)
    assert done.returncode == 1
