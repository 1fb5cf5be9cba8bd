"""Files of definitions as one request, and the faults of its answer as places in those files."""

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongdan.shared.embedded.errors import FixSetup

SUFFIXES = {".yaml", ".yml", ".json"}
# JSON writes a character beyond 16 bits as two escapes, which YAML does not know.
PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]")


@dataclass(frozen=True, slots=True)
class Bundle:
    """Several files as one stream of documents; `starts` are the lines, from 1, at which each file begins in it."""

    text: str
    files: tuple[str, ...]
    starts: tuple[int, ...]

    def place(self, line: int) -> tuple[str, int]:
        """The file, and the line in it, of a line of the stream."""
        nth = max(bisect_right(self.starts, line) - 1, 0)
        return self.files[nth], line - self.starts[nth] + 1


def bundle(files: Sequence[tuple[str, str]]) -> Bundle:
    """One stream of these files, each with its name."""
    parts: list[str] = []
    starts: list[int] = []
    line = 1
    for name, text in files:
        # A directive may only follow the mark of a document's end.
        before = ("...\n" if text.startswith("%") else "---\n") if parts else ""
        content = _as_yaml(name, text)
        whole = before + content + ("" if content.endswith("\n") else "\n")
        starts.append(line + before.count("\n"))
        line += whole.count("\n")
        parts.append(whole)
    return Bundle("".join(parts), tuple(name for name, _ in files), tuple(starts))


def read_files(places: Sequence[Path]) -> Bundle:
    """All definitions in files and, with everything below them, folders. Raises FixSetup when there are none."""
    found = [file for place in places for file in _files(place)]
    if not found:
        raise FixSetup(f"there are no definitions in {', '.join(map(str, places))}", "name .yaml or .json files")
    return bundle([(str(file), _text(file)) for file in dict.fromkeys(found)])


def fault_line(bundled: Bundle, fault: dict[str, Any]) -> str:
    """One fault as people read it: file:line:column, path, problem, cure."""
    line = fault.get("line")
    where = fault.get("field", "")
    if line:
        file, own = bundled.place(int(line))
        where = f"{file}:{own}:{fault.get('column', 1)}: {where.partition('] ')[2] or where}"
    cure = f"; {fault['cure']}" if fault.get("cure") else ""
    return f"{where}: {fault.get('detail', '')}{cure}"


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        inside = (path for path in place.rglob("*") if path.suffix in SUFFIXES and path.is_file())
        return sorted(
            path for path in inside if not any(part.startswith(".") for part in path.relative_to(place).parts)
        )
    if not place.exists():
        raise FixSetup(f"{place} does not exist", "name a file or a folder of definitions")
    return [place]


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FixSetup(f"{file} is not UTF-8 at byte {error.start}", "save it as UTF-8") from error
    except OSError as error:
        raise FixSetup(f"{file} cannot be read ({error.strerror})", "change its mode, or leave it out") from error


def _as_yaml(name: str, text: str) -> str:
    if not name.endswith(".json") or not PAIR.search(text):
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=2)
    except ValueError:
        return text
