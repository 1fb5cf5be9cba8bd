"""Log lines: one JSON object each, what all have in common first; libraries that chat are quiet."""

import json
import subprocess
import sys
from textwrap import dedent

PROGRAM = dedent("""
    import logging, structlog
    from gongdan.shared import log
    log.configure("router", "json", "info")
    structlog.get_logger().info("batch_waits", why="broker away", records=3)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 1)
    logging.getLogger("somewhere").warning("look here")
""")


def lines() -> list[dict[str, object]]:
    """What a process logs; one of its own, since a log is configured once."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_what_every_line_has_comes_first() -> None:
    first, *_ = lines()
    assert list(first) == ["timestamp", "level", "service", "event", "why", "records"]


def test_libraries_speak_the_same_way_and_only_when_something_is_wrong() -> None:
    assert [(line["event"], line["service"]) for line in lines()] == [
        ("batch_waits", "router"),
        ("look here", "router"),
    ]
