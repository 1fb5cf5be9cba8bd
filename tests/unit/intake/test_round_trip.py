"""What is applied and exported applies again on an empty installation, changes nothing, and gives the same bytes."""

from pathlib import Path

import pytest
from hypothesis import given

from gongdan.intake.domain.verdict import Known, Verdict, on_applying
from gongdan.intake.handlers.definitions import read
from gongdan.shared.definitions.registry import Definition
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.definitions.yaml_text import to_stream
from gongdan.shared.embedded import export
from gongdan.shared.embedded.documents import read_files
from tests.kit.definition_strategies import sets

EXAMPLES = Path(__file__).parents[3] / "definitions" / "examples"


def applied(text: bytes, known: Known | None = None) -> Verdict:
    """Apply; by default where there is nothing yet."""
    return on_applying(known or Known(), read(text))


def exported(known: Known) -> dict[str, str]:
    """Everything as files."""
    return export.files(known.catalog.items.values())


def stream(contents: dict[str, str]) -> bytes:
    """Files as one request."""
    return "---\n".join(contents.values()).encode()


def examples() -> list[Path]:
    """The examples' folders."""
    return sorted(path for path in EXAMPLES.iterdir() if any(path.rglob("*.yaml")))


def test_the_definitions_of_a_first_start_come_back() -> None:
    known = applied(default_documents()).after
    contents = exported(known)
    assert {one.result for one in applied(stream(contents), known).planned} == {"unchanged"}
    assert exported(applied(stream(contents)).after) == contents


@pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.name)
def test_an_example_comes_back(folder: Path) -> None:
    known = applied(read_files([folder]).text.encode()).after
    contents = exported(known)
    assert {one.result for one in applied(stream(contents), known).planned} == {"unchanged"}
    assert exported(applied(stream(contents)).after) == contents


@pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.name)
def test_a_workspace_of_an_example_stands_on_its_own(folder: Path) -> None:
    defaults = applied(default_documents()).after
    both = applied(read_files([folder]).text.encode(), defaults).after.catalog
    for name in (key[2] for key in both.items if key[0] == "Workspace"):
        contents = export.files(export.whole(both.items.values(), name))
        assert export.files(applied(stream(contents)).after.catalog.items.values()) == contents


@pytest.mark.parametrize(
    "text", ["X:?", "a:", "a:!b", "a:.b", "a::b", "env:A", "http://a:80/b?c=d", "?a", ":a", "a: b", "a #b"]
)
def test_no_text_is_read_as_another_in_braces(text: str) -> None:
    agent = {"kind": "Agent", "metadata": {"name": "a"}, "spec": {"display": text}}
    (planned,) = applied(to_stream([agent]).encode()).planned
    assert planned.document == agent


@given(sets())
def test_any_set_of_definitions_comes_back(definitions: list[Definition]) -> None:
    known = applied(to_stream(item.document for item in definitions).encode()).after
    contents = exported(known)
    assert {one.result for one in applied(stream(contents), known).planned} == {"unchanged"}
    assert exported(applied(stream(contents)).after) == contents
