"""Definitions as people write them: every kind, as one set, applies on an installation that has nothing yet."""

from pathlib import Path

from gongdan.intake.domain.verdict import Known, on_applying
from gongdan.intake.handlers.definitions import read
from gongdan.shared.definitions import references
from gongdan.shared.definitions.registry import KINDS, Definition
from gongdan.shared.definitions.yaml_text import to_stream

WRITTEN = (Path(__file__).parents[2] / "fixtures" / "every_kind.yaml").read_bytes()


def applied(written: bytes) -> list[Definition]:
    """What is in force when this alone is applied."""
    return list(on_applying(Known(), read(written)).after.catalog.items.values())


def test_every_kind_applies_as_it_is_written() -> None:
    assert {item.kind for item in applied(WRITTEN)} == set(KINDS)


def test_what_is_exported_of_it_applies_again_and_is_the_same() -> None:
    documents = [item.document for item in applied(WRITTEN)]
    exported = to_stream(documents)
    again = [item.document for item in applied(exported.encode())]
    assert again == documents
    assert to_stream(again) == exported


def test_what_is_kept_and_not_carried_out_is_told() -> None:
    told = {(doubt.definition.kind, doubt.complaint.field) for doubt in references.doubts(applied(WRITTEN))}
    assert told >= {
        ("Dashboard", "spec.cards.1.forecast"),
        ("Report", "spec.schedule"),
        ("Mailbox", "spec.auth.client_id"),
    }
