"""Definitions as people write them: every kind, as one set, applies on an installation that has nothing yet."""

from pathlib import Path

import jsonschema_rs

from gongdan.intake.domain.verdict import Known, on_applying
from gongdan.intake.handlers.definitions import read
from gongdan.shared.definitions import references, schemas
from gongdan.shared.definitions.registry import KINDS, Definition
from gongdan.shared.embedded import export
from gongdan.shared.embedded.documents import read_files

EVERY_KIND = Path(__file__).parents[2] / "fixtures" / "every_kind.yaml"


def applied(place: Path) -> list[Definition]:
    """What is in force when this alone is applied."""
    written = read_files([place]).text.encode()
    return list(on_applying(Known(), read(written)).after.catalog.items.values())


def test_every_kind_applies_as_it_is_written() -> None:
    assert {item.kind for item in applied(EVERY_KIND)} == set(KINDS)


def test_editors_find_nothing_wrong_with_it() -> None:
    validator = jsonschema_rs.Draft202012Validator(schemas.any_schema())
    assert [item.key for item in applied(EVERY_KIND) if not validator.is_valid(item.document)] == []


def test_what_is_exported_applies_again_and_is_the_same_to_the_byte(tmp_path: Path) -> None:
    first = applied(EVERY_KIND)
    export.write(tmp_path, export.files(first))
    again = applied(tmp_path)
    assert {item.key: item.document for item in again} == {item.key: item.document for item in first}
    assert export.files(again) == export.files(first)


def test_what_is_kept_and_not_carried_out_is_told() -> None:
    told = {(doubt.definition.kind, doubt.complaint.field) for doubt in references.doubts(applied(EVERY_KIND))}
    assert told >= {
        ("Dashboard", "spec.cards.1.forecast"),
        ("Report", "spec.schedule"),
        ("Mailbox", "spec.auth.client_id"),
    }
