"""The files of a mail: their names, whether the page shows them, and those that Outlook packed into one."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from gongdan.intake.domain.mail import headers, parameters, tnef
from gongdan.intake.domain.mail.parts import Part
from gongdan.intake.domain.mail.tnef import Packed, Parcel

_PARCELS = ("application/ms-tnef", "application/vnd.ms-tnef")
_EXTENSIONS = {
    "text/plain": "txt",
    "text/html": "html",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/rfc822-headers": "txt",
    "message/rfc822": "eml",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "application/pdf": "pdf",
    "application/pkcs7-mime": "p7m",
    "application/x-pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/x-pkcs7-signature": "p7s",
    "application/pgp-signature": "asc",
    "application/pgp-encrypted": "asc",
    "application/ms-tnef": "dat",
}


@dataclass(frozen=True)
class File:
    """A file that came with a mail. `inline`: the HTML shows it in its place.

    `name` is safe to save and to show. `stated`: by the letter of the mail, which may be a path; empty where it names
    none.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False
    stated: str = field(default="", compare=False)

    @cached_property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Opened:
    """Files in their order, parcels replaced by what was in them; and the texts of parcels."""

    files: list[File] = field(default_factory=list)
    text: str = ""
    html: str = ""


def opened(parts: Iterable[Part]) -> Opened:
    """All that is to be saved; an empty part without a name is nothing."""
    found = Opened()
    for part in parts:
        parcel = _parcel(part)
        if parcel:
            found.text, found.html = found.text or parcel.text, found.html or parcel.html
            found.files += (_unpacked(each, number) for number, each in enumerate(parcel.files, len(found.files) + 1))
        elif part.content or part.name:
            found.files.append(_file(part, len(found.files) + 1))
    return found


def shown(file: File, page: str) -> File:
    """The file, marked when the page shows it."""
    names = [file.content_id, quote(file.content_id)] if file.content_id else []
    if any(name in page for name in names) or (file.stated and f'src="{file.name}"' in page):
        return File(file.name, file.content_type, file.content, file.content_id, inline=True, stated=file.stated)
    return file


def _parcel(part: Part) -> Parcel | None:
    if part.content_type not in _PARCELS and part.name.lower() != "winmail.dat":
        return None
    parcel = tnef.unpack(part.content)
    return parcel if parcel and (parcel.files or parcel.text or parcel.html) else None


def _unpacked(packed: Packed, number: int) -> File:
    name = parameters.safe_name(packed.name)
    kind = packed.content_type if parameters.is_type(packed.content_type) else "application/octet-stream"
    return File(name or f"file-{number}.bin", kind, packed.content, packed.content_id or None, stated=packed.name)


def _file(part: Part, number: int) -> File:
    inline = part.disposition == "inline" and bool(part.content_id)
    name = part.name or default_name(part, number)
    stated = parameters.stated_name(parameters.read(part.headers.raw("content-disposition")), part.declared)
    return File(name, part.content_type, part.content, part.content_id or None, inline, stated)


def default_name(part: Part, number: int) -> str:
    """A name for a file that has none: by its subject when it is a mail, else by its type."""
    extension = _EXTENSIONS.get(part.content_type) or "bin"
    if part.content_type == "message/rfc822":
        subject = headers.split(part.content[: headers.LONGEST])[0].text("subject")
        if subject:
            return parameters.safe_name(f"{subject.replace('/', '_').replace(chr(92), '_')}.{extension}")
    kind = part.content_type.partition("/")[0]
    return f"{kind}-{number}.{extension}"
