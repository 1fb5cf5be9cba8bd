"""What the checks of this folder look at: the distributions, their rooms and their files.

Limits: reads the working tree, so a file that is not yet committed counts as well.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("__main__", "app", "settings", "handlers", "ports", "domain", "adapters", "migrations")
ROUTED = ("intake", "api")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Member:
    """One distribution: its folder, and the package in it."""

    folder: Path
    package: str

    @property
    def name(self) -> str:
        """The folder's name, which is the service's name."""
        return self.folder.name

    @property
    def dotted(self) -> str:
        """The package as Python imports it."""
        return f"gongdan.{self.package}"

    @property
    def source(self) -> Path:
        """Where the package's files are."""
        return self.folder / "src" / "gongdan" / self.package


SHARED = Member(ROOT / "shared", "shared")
SERVICES = tuple(
    Member(ROOT / "services" / name, name.replace("-", "_"))
    for name in ("intake", "router", "sla-timer", "notifier", "api")
)
MEMBERS = (SHARED, *SERVICES)


def python_files(*folders: Path) -> list[Path]:
    """All Python files below the folders, sorted."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def sources() -> list[Path]:
    """All Python files of the product."""
    return python_files(*(member.source for member in MEMBERS))


def files_of_tests() -> list[Path]:
    """All Python files of the tests."""
    return python_files(ROOT / "tests")


def domain_files() -> list[Path]:
    """All Python files that must be pure: each service's domain, be it a folder or one file."""
    found = python_files(*(member.source / "domain" for member in SERVICES))
    return found + [path for member in SERVICES if (path := member.source / "domain.py").exists()]


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(parse(path)) if isinstance(node, Function))


def where(path: Path, node: ast.AST | None = None) -> str:
    """A place that an editor can jump to."""
    line = f":{getattr(node, 'lineno', 1)}" if node else ""
    return f"{path.relative_to(ROOT)}{line}"
