"""The door for files that a message or command attaches afterwards."""

from starlette.requests import Request
from starlette.responses import Response

from gongdan.intake.domain import limits
from gongdan.intake.domain.filled import GivenFile, given_file
from gongdan.intake.ports import BlobStore
from gongdan.intake.routes.door import Door, Gate, answer, read_body
from gongdan.intake.routes.multipart import MULTIPART, media_type, read_parts
from gongdan.shared.errors import Complaint, FixInput


def doors(blobs: BlobStore, gate: Gate) -> list[Door]:
    """Answers 201 with the files as attachments, to be named in a message or command."""

    async def upload(request: Request) -> Response:
        await gate.agent(request, "Upload")
        kept = [await _keep(blobs, file) for file in await _files(request)]
        return answer({"attachments": kept}, 201)

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


async def _files(request: Request) -> list[GivenFile]:
    if media_type(request) == MULTIPART:
        found = list((await read_parts(request)).files)
    else:
        content = await read_body(request, limits.UPLOAD_BYTES)
        name = request.query_params.get("name", "file")
        found = [given_file("body", name, media_type(request), content)] if content else []
    if not found:
        complaint = Complaint("body", "holds no file", "send a file, or multipart/form-data with files")
        raise FixInput("invalid-input", "nothing to upload", complaint)
    return found


async def _keep(blobs: BlobStore, file: GivenFile) -> dict[str, object]:
    digest = await blobs.put(file.content)
    return {
        "name": file.name,
        "content_type": file.content_type,
        "size": len(file.content),
        "sha256": digest,
    }
