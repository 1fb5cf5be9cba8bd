"""The try-out of telephone numbers, by its command."""

import json
import subprocess
import sys
from pathlib import Path

GONGDAN = Path(sys.executable).with_name("gongdan")


def test_numbers_are_read_by_their_region_and_what_is_no_number_is_told() -> None:
    asked = (
        '{"number": "030 123456", "region": "DE"}\n{"number": "+8613800138000"}\n{"number": "x", "region": "CN"}\n{}\n'
    )
    done = subprocess.run([GONGDAN, "try", "phone"], input=asked.encode(), capture_output=True, timeout=60, check=False)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one.get("e164") for one in answers[:3]] == ["+4930123456", "+8613800138000", None]
    assert "number" in answers[3]["error"]
    assert done.returncode == 1
