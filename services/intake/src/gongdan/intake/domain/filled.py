"""What somebody filled in, checked against its form: the answers, and the files with them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch

from pydantic import JsonValue

from gongdan.intake.domain import limits
from gongdan.intake.domain.forms import Form, refused
from gongdan.shared.errors import Complaint

CONTENT_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")
UNSAFE = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it was sent in a form's field. `name` is harmless: `given_file` makes it so."""

    field: str
    name: str
    content_type: str
    content: bytes


def given_file(field: str, name: str, content_type: str | None, content: bytes) -> GivenFile:
    """A file under a harmless name, without folders and control characters; its type unless that is none."""
    harmless = UNSAFE.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()[-limits.NAME :]
    kind = (content_type or "").partition(";")[0].strip().lower()
    known = kind if CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
    return GivenFile(field, harmless or "file", known, content)


def check(form: Form, answers: Mapping[str, JsonValue], files: Sequence[GivenFile]) -> dict[str, JsonValue]:
    """The answers, bounded and without NULs. Raises FixInput naming every field at fault."""
    by_field: dict[str, list[str]] = {}
    for file in files:
        by_field.setdefault(file.field, []).append(file.name)
    wrong = [*_wrong_files(form, files), *_files_as_text(form, answers)]
    if wrong:
        raise refused(*wrong)
    try:
        tidy = limits.tidy_fields(dict(answers))
    except ValueError as error:
        raise refused(Complaint("body", str(error), "send less")) from error
    form.check(tidy, by_field)
    return tidy


def _wrong_files(form: Form, files: Sequence[GivenFile]) -> list[Complaint]:
    wrong = []
    for file in files:
        accepted = form.properties.get(file.field, {}).get("x-accept", ["*/*"])
        if not form.takes_files(file.field):
            wrong.append(Complaint(file.field, "takes no file", "send files only in the form's file fields"))
        elif isinstance(accepted, list) and not any(fnmatch(file.content_type, str(one)) for one in accepted):
            cure = f"send one of: {', '.join(map(str, accepted))}"
            wrong.append(Complaint(file.field, f"is of type {file.content_type}", cure))
    return wrong


def _files_as_text(form: Form, answers: Mapping[str, JsonValue]) -> list[Complaint]:
    return [
        Complaint(name, "is a field for files", "send files as multipart/form-data")
        for name in answers
        if form.takes_files(name)
    ]
