"""The files of the page, read once at start: what is not among them cannot be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class PageFiles:
    """Content by path below `web`."""

    files: Mapping[str, bytes]


def page_files() -> PageFiles:
    """All files of this package's `web` folder."""
    return PageFiles(dict(_walk(files("gongdan.api") / "web", "")))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for item in folder.iterdir():
        if item.is_dir():
            found += _walk(item, f"{prefix}{item.name}/")
        elif not item.name.endswith((".py", ".pyc")):
            found.append((f"{prefix}{item.name}", item.read_bytes()))
    return found
