"""Definitions as people write them: every kind in one set, and the examples; each applies where nothing is yet."""

from pathlib import Path

import pytest

from gongdan.intake.domain.verdict import Known, on_applying
from gongdan.intake.handlers.definitions import read
from gongdan.shared.definitions import references
from gongdan.shared.definitions.registry import KINDS, Definition
from gongdan.shared.embedded import export
from gongdan.shared.embedded.documents import read_files

ROOT = Path(__file__).parents[3]
EVERY_KIND = ROOT / "tests" / "fixtures" / "every_kind.yaml"
EXAMPLES = sorted(path for path in (ROOT / "definitions" / "examples").iterdir() if path.is_dir())


def applied(*places: Path) -> list[Definition]:
    """What is in force when this alone is applied."""
    written = read_files(places).text.encode()
    return list(on_applying(Known(), read(written)).after.catalog.items.values())


def test_every_kind_applies_as_it_is_written() -> None:
    assert {item.kind for item in applied(EVERY_KIND)} == set(KINDS)


@pytest.mark.parametrize("place", [EVERY_KIND, *EXAMPLES], ids=lambda place: place.stem)
def test_what_is_exported_applies_again_and_is_the_same_to_the_byte(place: Path, tmp_path: Path) -> None:
    first = applied(place)
    export.write(tmp_path, export.files(first))
    again = applied(tmp_path)
    assert {item.key: item.document for item in again} == {item.key: item.document for item in first}
    assert export.files(again) == export.files(first)


@pytest.mark.parametrize("place", EXAMPLES, ids=lambda place: place.stem)
def test_the_workspace_of_an_example_is_exported_whole(place: Path, tmp_path: Path) -> None:
    definitions = applied(place)
    (workspace,) = (item.name for item in definitions if item.kind == "Workspace")
    found = export.whole(definitions, workspace)
    export.write(tmp_path, export.files(found))
    assert {item.key for item in applied(tmp_path)} == {item.key for item in found}
    belonging = {item.key for item in definitions if item.workspace == workspace or item.kind == "Mailbox"}
    assert {item.key for item in found} >= belonging


def test_what_is_kept_and_not_carried_out_is_told() -> None:
    told = {(doubt.definition.kind, doubt.complaint.field) for doubt in references.doubts(applied(EVERY_KIND))}
    assert told >= {
        ("Dashboard", "spec.cards.1.forecast"),
        ("Report", "spec.schedule"),
        ("Mailbox", "spec.auth.client_id"),
    }
