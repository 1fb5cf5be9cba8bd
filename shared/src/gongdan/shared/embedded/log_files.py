"""Keeps the log files bounded, and reads the warnings out of them that a person should see."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

LONGEST_LOG = 20 * 1024 * 1024
LONGEST_LOOK = 256 * 1024
LONGEST_WORDS = 4096
LOUD = frozenset({"warning", "error", "critical"})
EVERY_RECORD = frozenset({"timestamp", "level", "service", "event"})


def bound(path: Path, longest: int = LONGEST_LOG) -> None:
    """Move a log longer than `longest` bytes to `<name>.log.1`. Its writer appends and need not be told."""
    if path.exists() and path.stat().st_size > longest:
        shutil.copyfile(path, path.with_name(f"{path.name}.1"))
        with path.open("r+b") as file:
            file.truncate(0)


class LogTail:
    """Yields the loud events that were added to a JSON-lines log since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._position = path.stat().st_size if path.exists() else 0

    def new_warnings(self) -> Iterator[str]:
        """Event names of new warnings and errors, oldest first; what is not JSON is passed over."""
        for line in self._new_lines():
            event = _event(line)
            if event:
                yield event

    def _new_lines(self) -> list[bytes]:
        if not self._path.exists():
            return []
        size = self._path.stat().st_size
        start = 0 if size < self._position else max(self._position, size - LONGEST_LOOK)
        with self._path.open("rb") as file:
            file.seek(start)
            whole, newline, _ = file.read(LONGEST_LOOK).rpartition(b"\n")
        self._position = start + len(whole) + len(newline)
        return whole.splitlines()


class Folding:
    """Lets each event of a process through once per `seconds`, so that a storm of warnings is one line."""

    def __init__(self, seconds: float = 30.0) -> None:
        self._seconds = seconds
        self._until: dict[tuple[str, str], float] = {}

    def passes(self, name: str, event: str, now: float) -> bool:
        """Whether to show it; `now` in seconds."""
        self._until = {key: until for key, until in self._until.items() if until > now}
        if (name, event) in self._until:
            return False
        self._until[name, event] = now + self._seconds
        return True


def last_words(path: Path) -> str:
    """What a process said before it ended: the last line of its log, unless that is a record of daily business."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - LONGEST_WORDS))
        lines = [line for line in file.read().splitlines() if line.strip()]
    return _plainly(lines[-1].strip())[:300] if lines else ""


def _plainly(line: bytes) -> str:
    record = _record(line)
    if record is None:
        return line.decode(errors="replace")
    if str(record.get("level", "")).lower() not in LOUD:
        return ""
    facts = (f"{name}={value}" for name, value in record.items() if name not in EVERY_RECORD)
    return " ".join([str(record.get("event", "")), *facts])


def _event(line: bytes) -> str | None:
    record = _record(line)
    if record is None or str(record.get("level", "")).lower() not in LOUD:
        return None
    return str(record.get("event", ""))[:200] or None


def _record(line: bytes) -> dict[str, object] | None:
    if not line.startswith(b"{"):
        return None
    try:
        record = json.loads(line)
    except ValueError:
        return None
    return record if isinstance(record, dict) else None
