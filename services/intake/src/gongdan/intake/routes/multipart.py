"""Forms as browsers send them: fields and files, bounded in number and in total size while they are read."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.types import Message, Receive

from gongdan.intake.domain import limits
from gongdan.intake.domain.filled import GivenFile, given_file
from gongdan.intake.routes.door import too_large
from gongdan.shared.errors import Complaint, FixInput

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Parts:
    """The text fields, in order, and the files of a request."""

    fields: Sequence[tuple[str, str]]
    files: Sequence[GivenFile]


def media_type(request: Request) -> str:
    """The content type without its parameters, lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_parts(request: Request) -> Parts:
    """The parts of a form. Raises FixInput (413) over the limits, HTTPException (400) when it is malformed."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limits.UPLOAD_BYTES:
        raise too_large(limits.UPLOAD_BYTES)
    bounded = Request(request.scope, _bounded(request.receive, limits.UPLOAD_BYTES))
    async with bounded.form(
        max_files=limits.FILES, max_fields=limits.FORM_FIELDS, max_part_size=limits.FIELD_BYTES
    ) as form:
        items = form.multi_items()
        fields = [(name, value) for name, value in items if isinstance(value, str)]
        files = [await _file(name, value) for name, value in items if isinstance(value, UploadFile)]
    # A browser sends an empty nameless file for a file field that was left blank.
    return Parts(fields, [file for file, name in files if name or file.content])


async def _file(field: str, given: UploadFile) -> tuple[GivenFile, str]:
    name = given.filename or ""
    return given_file(field, name, given.content_type, await given.read()), name


def _bounded(receive: Receive, most: int) -> Receive:
    size = 0

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise too_large(most)
        return message

    return counting


def unsupported(request: Request, *known: str) -> FixInput:
    """A content type that this door does not read."""
    given = media_type(request) or "missing"
    complaint = Complaint("Content-Type", f"is {given}", f"one of: {', '.join(known)}")
    return FixInput("unsupported-media-type", "the content type is not taken here", complaint, status=415)
