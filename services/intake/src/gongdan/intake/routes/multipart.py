"""Forms as browsers send them: fields and files, bounded in number and in total size while they are read."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request
from starlette.types import Message, Receive

from gongdan.intake.domain import limits
from gongdan.intake.domain.filled import NAMELESS, GivenFile, given_file
from gongdan.intake.domain.sniffing import HEAD
from gongdan.intake.handlers.files import no_room
from gongdan.intake.routes.door import need_uncompressed, too_large
from gongdan.shared.errors import Complaint, FixInput

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
IN_MEMORY = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Parts:
    """The text fields, in order, and the files of a request."""

    fields: Sequence[tuple[str, str]]
    files: Sequence[GivenFile]


def media_type(request: Request) -> str:
    """The content type without its parameters, lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


@asynccontextmanager
async def read_parts(request: Request) -> AsyncIterator[Parts]:
    """The parts of a form, for as long as the context lasts: files are in memory while small, else on disk.

    Raises FixInput (413 over the limits, 415 when it is compressed, 400 when it is malformed), RetryLater on a full
    disk.
    """
    bounded = _bounded_request(request)
    form = await _parsed(bounded)
    try:
        items = form.multi_items()
        fields = [(name, value) for name, value in items if isinstance(value, str)]
        files = [await opened(name, value.filename or "", value.content_type, value.file)
                 for name, value in items if isinstance(value, UploadFile)]  # fmt: skip
        # A browser sends an empty nameless file for a file field that was left blank.
        yield Parts(fields, [file for file in files if file.size or file.name != NAMELESS])
    finally:
        await form.close()


class _Whole(MultiPartParser):
    """Knows whether a form came to its end: one that was cut off looks like one with fewer files."""

    ended = False

    def on_end(self) -> None:
        """The last boundary was there."""
        self.ended = True


async def _parsed(request: Request) -> FormData:
    try:
        if media_type(request) == MULTIPART:
            return await _multipart(request)
        return await request.form(max_fields=limits.FORM_FIELDS)
    except (HTTPException, MultiPartException) as error:
        said = error.detail if isinstance(error, HTTPException) else error.message
        cure = f"send a whole form of at most {limits.FILES} files and {limits.FORM_FIELDS} fields"
        complaint = Complaint("body", f"cannot be read: {said.rstrip('.')}", cure)
        raise FixInput("invalid-form", "the form cannot be read", complaint, status=400) from error
    except OSError as fault:
        raise no_room(fault) from fault


async def _multipart(request: Request) -> FormData:
    bounds = {"max_files": limits.FILES, "max_fields": limits.FORM_FIELDS, "max_part_size": limits.FIELD_BYTES}
    parser = _Whole(request.headers, request.stream(), **bounds)
    form = await parser.parse()
    if not parser.ended:
        await form.close()
        raise MultiPartException("It ends in the middle")
    return form


async def opened(field: str, name: str, content_type: str | None, file: IO[bytes]) -> GivenFile:
    """A file that was received, with how it begins."""
    size = await asyncio.to_thread(file.seek, 0, os.SEEK_END)
    await asyncio.to_thread(file.seek, 0)
    head = await asyncio.to_thread(file.read, HEAD)
    return given_file(field, name, content_type, file, head, size)


@asynccontextmanager
async def read_file(request: Request, name: str) -> AsyncIterator[GivenFile]:
    """The body as one file. Raises FixInput (413 over the limit, 415 compressed), RetryLater on a full disk."""
    bounded = _bounded_request(request)
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        try:
            async for chunk in bounded.stream():
                await asyncio.to_thread(file.write, chunk)
        except OSError as fault:
            raise no_room(fault) from fault
        yield await opened("body", name, media_type(request), file)


def _bounded_request(request: Request) -> Request:
    need_uncompressed(request)
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limits.UPLOAD_BYTES:
        raise too_large(limits.UPLOAD_BYTES)
    return Request(request.scope, _bounded(request.receive, limits.UPLOAD_BYTES))


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
