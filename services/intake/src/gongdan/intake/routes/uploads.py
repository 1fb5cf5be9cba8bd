"""The door for files that a message or command attaches afterwards."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain import sniffing
from gongdan.intake.domain.filled import GivenFile
from gongdan.intake.handlers.files import FileKeeper, Infected
from gongdan.intake.routes.door import Door, Gate, answer, attachable
from gongdan.intake.routes.multipart import MULTIPART, media_type, read_file, read_parts
from gongdan.shared.errors import Complaint, FixInput

CHANNEL, UPLOADS = "api", "uploads"


def doors(keeper: FileKeeper, gate: Gate) -> list[Door]:
    """Answers 201 with the files as attachments, to be named in a message or command."""

    async def upload(request: Request) -> Response:
        await gate.agent(request, "Upload")
        async with _files(request) as files:
            _as_they_say(files)
            kept = await keeper.keep(files)
            complaints = [await _set_aside(keeper, one) for one in kept.infected]
        if complaints:
            raise FixInput("infected", "a file is infected, and was set aside", *complaints)
        return answer(attachable(*kept.attachments), 201)

    return [
        Door(
            "POST",
            "/intake/v1/uploads",
            upload,
            "Upload files to attach",
            (MULTIPART, "*/*"),
            answers=201,
            query=(("name", "the file's name, where the body is the file itself"),),
        )
    ]


async def _set_aside(keeper: FileKeeper, one: Infected) -> Complaint:
    entry = await keeper.set_aside(one, CHANNEL, UPLOADS)
    cure = f"send a clean file; who knows better than the scanner releases quarantine {entry}, and it can be attached"
    return Complaint(one.file.name, f"is infected with {one.found}", cure)


@asynccontextmanager
async def _files(request: Request) -> AsyncIterator[Sequence[GivenFile]]:
    if media_type(request) == MULTIPART:
        async with read_parts(request) as parts:
            yield _some(parts.files)
    else:
        async with read_file(request, request.query_params.get("name", "file")) as file:
            yield _some([file] if file.size else [])


def _some(files: Sequence[GivenFile]) -> Sequence[GivenFile]:
    if files:
        return files
    complaint = Complaint("body", "holds no file", "send a file, or multipart/form-data with files")
    raise FixInput("invalid-input", "nothing to upload", complaint)


def _as_they_say(files: Sequence[GivenFile]) -> None:
    """Raises FixInput (422) naming files that are not what their senders say."""
    found = [(file, sniffing.contradiction(file.content_type, file.head)) for file in files]
    wrong = [
        Complaint(file.field, f"{file.name} is said to be {file.content_type} and is {other}", "send it as what it is")
        for file, other in found
        if other
    ]
    if wrong:
        raise FixInput("invalid-input", "a file is not what its type says", *wrong)
