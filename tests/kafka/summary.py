"""One line at the end of a run: which Apache Kafka it had, if any of its tests asked for one.

Parallel processes tell the one that prints it.
"""

from typing import Any

import pytest

TESTED = pytest.StashKey[str]()
_ELSEWHERE = pytest.StashKey[list[str]]()
_NAME = "apache_kafka"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a parallel process: hand the line over."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_NAME] = session.config.stash.get(TESTED, "")


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A parallel process has ended."""
    said: list[str] = node.config.stash.setdefault(_ELSEWHERE, [])
    said.append(getattr(node, "workeroutput", {}).get(_NAME, ""))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print it."""
    elsewhere = config.stash.setdefault(_ELSEWHERE, [])
    for line in sorted({*elsewhere, config.stash.get(TESTED, "")} - {""}):
        terminalreporter.write_line(line, yellow=line.startswith("NOT"))
