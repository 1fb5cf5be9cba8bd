"""Lines at the end of a run: which tools from outside it had, and which it had not, if any of its tests asked for them.

Parallel processes tell the one that prints them.
"""

from typing import Any

import pytest

_LINES = pytest.StashKey[set[str]]()
_NAME = "told"


def tell(config: pytest.Config, line: str) -> None:
    """Have a line printed once; one that begins with NOT in yellow."""
    config.stash.setdefault(_LINES, set()).add(line)


def _told(config: pytest.Config) -> list[str]:
    found: set[str] = config.stash.setdefault(_LINES, set())
    return sorted(found)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a parallel process: hand the lines over."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_NAME] = _told(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A parallel process has ended."""
    for line in getattr(node, "workeroutput", {}).get(_NAME, []):
        tell(node.config, line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print them."""
    for line in _told(config):
        terminalreporter.write_line(line, yellow=line.startswith("NOT"))
