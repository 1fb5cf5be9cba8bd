"""The examples that come with the project: each folder applies by itself, all together, and is written back alike."""

from pathlib import Path

import jsonschema_rs
import pytest

from gongdan.intake.domain.documents import check_all, read
from gongdan.intake.domain.sent import Sent
from gongdan.intake.domain.verdict import Known, on_applying
from gongdan.shared.definitions import references, schemas
from gongdan.shared.definitions.base import LocalText
from gongdan.shared.definitions.registry import KINDS
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.definitions.yaml_text import to_stream
from gongdan.shared.embedded import export

EXAMPLES = Path(__file__).parents[3] / "definitions" / "examples"
FOLDERS = sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir())
EVERY_FOLDER = pytest.mark.parametrize("folder", FOLDERS)


def text_of(folder: str) -> bytes:
    return b"\n---\n".join(path.read_bytes() for path in sorted((EXAMPLES / folder).glob("*.yaml")))


def sent(body: bytes) -> Sent:
    return check_all(read(body))


def test_there_are_three_of_them() -> None:
    assert FOLDERS == ["customer-support", "equipment-maintenance", "it-helpdesk"]


@EVERY_FOLDER
def test_it_applies_where_nothing_is_defined_yet(folder: str) -> None:
    given = sent(text_of(folder))
    verdict = on_applying(Known(), given)
    assert {planned.result for planned in verdict.planned} == {"created"}
    assert len(verdict.planned) == len(given.reading.written) > 40


@EVERY_FOLDER
def test_its_workspace_is_exported_with_all_that_it_takes_to_apply(folder: str) -> None:
    definitions = [item for _, item in sent(text_of(folder)).sound]
    (workspace,) = (item.name for item in definitions if item.kind == "Workspace")
    found = export.whole(definitions, workspace)
    verdict = on_applying(Known(), sent("---\n".join(export.files(found).values()).encode()))
    assert {planned.key for planned in verdict.planned} == {item.key for item in found}
    assert {item.key for item in definitions if references.belongs(item, workspace)} <= {item.key for item in found}


@EVERY_FOLDER
def test_editors_find_nothing_wrong_with_it(folder: str) -> None:
    validator = jsonschema_rs.Draft202012Validator(schemas.any_schema())
    wrong = [(written.name, error.message) for written in read(text_of(folder)).written
             for error in validator.iter_errors(written.data)]  # fmt: skip
    assert wrong == []


@EVERY_FOLDER
def test_nothing_in_it_is_doubtful(folder: str) -> None:
    assert references.doubts(item for _, item in sent(text_of(folder)).sound) == []


@EVERY_FOLDER
def test_it_is_written_back_as_it_was_and_always_alike(folder: str) -> None:
    documents = [written.data for written in read(text_of(folder)).written]
    text = to_stream(documents)
    again = [written.data for written in read(text.encode()).written]
    assert again == documents
    assert to_stream(again) == text


@EVERY_FOLDER
def test_what_people_read_is_in_chinese_and_english(folder: str) -> None:
    texts = [(item.name, item.document["metadata"].get("title", {})) for _, item in sent(text_of(folder)).sound]
    given = [(name, LocalText.model_validate(title)) for name, title in texts if title]
    assert len(given) > 30
    assert [name for name, title in given if not (title.zh and title.en)] == []


def test_they_apply_together_with_what_is_there_from_the_start() -> None:
    everything = b"\n---\n".join([default_documents(), *map(text_of, FOLDERS)])
    given = sent(everything)
    on_applying(Known(), given)
    assert {item.kind for _, item in given.sound} == set(KINDS)
