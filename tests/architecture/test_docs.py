"""The documents tell the truth: paths and make targets exist, the topic table is the code's."""

import re
from pathlib import Path

import pytest

from gongdan.shared.bus.topics import PARKED_RETENTION_MS
from gongdan.shared.contracts.docs import topic_table, with_table
from gongdan.shared.contracts.topics import DAY_MS
from tests.architecture.house import ROOMS, ROOT

DOCUMENTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "deploy/README.md")
MADE_AT_RUN_TIME = (".gongdan", ".venv")
PATH = re.compile(r"^[\w.-]+(?:/[\w.-]+)*/?$")
SUFFIXES = (".md", ".py", ".toml", ".yml", ".yaml", ".lock")

EACH = pytest.mark.parametrize("name", DOCUMENTS)


def paths_named(text: str) -> list[str]:
    """Every path of the repository that a document names in code marks or links to."""
    marked = re.findall(r"`([^`\s]+)`", text)
    linked = re.findall(r"\]\(([^):#\s]+)[)#]", text)
    return linked + [one for one in marked if PATH.match(one) and ("/" in one or one.endswith(SUFFIXES))]


def is_known(path: str, document: Path) -> bool:
    """Whether a path is there: from the root, beside the document, as a room, or made when running."""
    plain = path.rstrip("/")
    there = (ROOT / plain).exists() or (document.parent / plain).exists()
    return there or plain.removesuffix(".py") in (*ROOMS, "routes") or plain.split("/")[0] in MADE_AT_RUN_TIME


@EACH
def test_every_path_that_a_document_names_exists(name: str) -> None:
    document = ROOT / name
    assert [path for path in paths_named(document.read_text()) if not is_known(path, document)] == []


@EACH
def test_every_make_target_that_a_document_names_exists(name: str) -> None:
    text = (ROOT / name).read_text()
    named = set(re.findall(r"(?:^    |`)make ([a-z-]+)", text, re.MULTILINE))
    assert named - set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)) == set()


def test_the_topic_table_is_the_one_that_the_code_gives() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert with_table(text) == text


def test_the_table_tells_how_long_parked_records_are_kept() -> None:
    assert topic_table().endswith(f"| {PARKED_RETENTION_MS // DAY_MS} days |")


def test_a_document_without_markers_is_refused_rather_than_filled_anywhere() -> None:
    with pytest.raises(ValueError, match="put both where the table belongs"):
        with_table("# no markers")
