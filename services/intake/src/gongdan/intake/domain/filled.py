"""What somebody filled in, checked against its form: the answers, and the files with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from fnmatch import fnmatch
from typing import IO

from pydantic import JsonValue

from gongdan.intake.domain import limits, sniffing
from gongdan.intake.domain.form_messages import Language, complaint
from gongdan.intake.domain.forms import Form, Submitter, refused
from gongdan.shared.definitions.workspace import Files
from gongdan.shared.errors import Complaint

CONTENT_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
UNBOUNDED = Files()
NAMELESS = "file"
UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was sent in a form's field. `name` is harmless: `given_file` makes it so.

    `content` is open for reading until the request is answered; `head` is how it begins; `size` in bytes.
    """

    field: str
    name: str
    content_type: str
    content: IO[bytes] = dataclass_field(repr=False, compare=False)
    head: bytes = dataclass_field(repr=False)
    size: int


def given_file(
    field: str, name: str, content_type: str | None, content: IO[bytes], head: bytes, size: int
) -> GivenFile:
    """A file under a harmless name, without folders and control characters; its type unless that is none."""
    harmless = UNSAFE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()[-limits.NAME :]
    kind = (content_type or "").partition(";")[0].strip().lower()
    known = kind if CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
    return GivenFile(field, harmless or NAMELESS, sniffing.content_type(known, head), content, head, size)


def check(
    form: Form,
    answers: Mapping[str, JsonValue],
    files: Sequence[GivenFile],
    submitter: Submitter,
    bounds: Files = UNBOUNDED,
) -> dict[str, JsonValue]:
    """The answers that count, bounded and without NULs; for fields of files their names.

    Raises FixInput naming every field at fault.
    """
    language = submitter.language
    wrong = [*_wrong_files(form, files, language, bounds), *_files_as_text(form, answers, language)]
    if wrong:
        raise refused(*wrong, language=language)
    try:
        tidy = limits.tidy_fields(dict(answers))
    except ValueError as error:
        raise refused(complaint("body", "too-much", language, why=error), language=language) from error
    return form.check({**tidy, **_named(form, files)}, submitter)


def kept(answers: Mapping[str, JsonValue], files: Sequence[GivenFile]) -> Sequence[GivenFile]:
    """The files of fields that count."""
    return [file for file in files if file.field in answers]


def _named(form: Form, files: Sequence[GivenFile]) -> dict[str, JsonValue]:
    names: dict[str, list[JsonValue]] = {}
    for file in files:
        names.setdefault(file.field, []).append(file.name)
    many = {field for field in names if form.fields[field].schema.get("type") == "array"}
    return {field: found if field in many else found[-1] for field, found in names.items()}


def _wrong_files(form: Form, files: Sequence[GivenFile], language: Language, bounds: Files) -> Iterator[Complaint]:
    for file in files:
        if not form.takes_files(file.field):
            yield complaint(file.field, "no-files", language)
            continue
        schema = form.fields[file.field].schema
        accepted = schema.get("x-accept", ["*/*"])
        if isinstance(accepted, list) and not any(fnmatch(file.content_type, str(one)) for one in accepted):
            options = ", ".join(map(str, accepted))
            yield complaint(file.field, "file-type", language, given=file.content_type, options=options)
        if other := sniffing.contradiction(file.content_type, file.head):
            yield complaint(file.field, "file-content", language, given=file.content_type, found=other)
        own = schema.get("x-max-bytes")
        most = min(own, bounds.bytes) if isinstance(own, int) else bounds.bytes
        if file.size > most:
            yield complaint(file.field, "file-size", language, limit=most)
    if len(files) > bounds.most:
        yield complaint(files[bounds.most].field, "too-many-files", language, limit=bounds.most)


def _files_as_text(form: Form, answers: Mapping[str, JsonValue], language: Language) -> list[Complaint]:
    return [complaint(name, "files-as-text", language) for name in answers if form.takes_files(name)]
