"""A submission as it is set aside: its answers and what its files are called, as JSON; the files lie beside it.

Pure. Its inverse reads what was set aside by former versions, too, which kept no files.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.domain.forms import Form
from gongdan.shared.errors import FixInput
from gongdan.shared.problems import complaints_of


class AsideFile(BaseModel):
    """What a file was sent as."""

    model_config = ConfigDict(frozen=True)

    field: str
    name: str
    content_type: str


class AsideForm(BaseModel):
    """A submission. `key` makes it one message, however often it is sent; None where its sender gave none."""

    model_config = ConfigDict(frozen=True)

    form: str
    workspace: str
    answers: dict[str, JsonValue]
    files: tuple[AsideFile, ...] = Field(default=())
    key: str | None = None


def to_bytes(form: Form, answers: Mapping[str, JsonValue], files: Sequence[GivenFile], key: str | None) -> bytes:
    """The submission without the contents of its files."""
    named = tuple(AsideFile(field=one.field, name=one.name, content_type=one.content_type) for one in files)
    aside = AsideForm(form=form.name, workspace=form.workspace, answers=dict(answers), files=named, key=key)
    return orjson.dumps(aside.model_dump())


def from_bytes(raw: bytes) -> AsideForm:
    """The inverse of `to_bytes`. Raises FixInput (422) for what is no such thing."""
    try:
        return AsideForm.model_validate_json(raw)
    except ValidationError as error:
        raise FixInput("unreadable", "this is no submission of a form", *complaints_of(error)) from error


def key_of(entry: UUID) -> str:
    """What makes a submission one message that was given no key."""
    return f"quarantine:{entry}"
