"""A mail put together again from the fields that a provider took it apart into, so that one reader reads all mails.

Everything is written as base64 in UTF-8, whatever it was; what the fields do not say is lost, so the raw mail is the
better choice wherever a provider offers it. Pure: boundaries follow from the content.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

NAME = re.compile(r"[!-9;-~]{1,100}")
MEDIA = re.compile(r"[A-Za-z0-9.+-]{1,60}/[A-Za-z0-9.+-]{1,100}")
OURS = ("content-", "mime-version")


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file of a mail. With a Content-ID it is shown in the text."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class Fields:
    """What is known of a mail."""

    headers: Sequence[tuple[str, str]]
    text: str = ""
    html: str = ""
    files: Sequence[AttachedFile] = ()


def compose(fields: Fields) -> bytes:
    """The mail. Headers that cannot be written are left out; a line break in one becomes a space."""
    parts = [_text("plain", fields.text)] if fields.text or not fields.html else []
    parts += [_text("html", fields.html)] if fields.html else []
    body = parts[0] if len(parts) == 1 else _multipart("alternative", parts)
    whole = _multipart("mixed", [body, *map(_file, fields.files)]) if fields.files else body
    return b"".join(_header(name, value) for name, value in _kept(fields.headers)) + b"MIME-Version: 1.0\r\n" + whole


def header(headers: Iterable[tuple[str, str]], name: str) -> str:
    """The first header of a name, empty without one."""
    return next((value for found, value in headers if found.lower() == name.lower()), "")


def _kept(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return ((name, value) for name, value in headers if NAME.fullmatch(name) and not name.lower().startswith(OURS))


def _header(name: str, value: str) -> bytes:
    return f"{name}: {' '.join(value.split())}\r\n".encode("utf-8", "replace")


def _text(kind: str, text: str) -> bytes:
    return _part(f"Content-Type: text/{kind}; charset=utf-8\r\n", text.encode("utf-8", "replace"))


def _file(file: AttachedFile) -> bytes:
    media = file.content_type if MEDIA.fullmatch(file.content_type) else "application/octet-stream"
    name = quote(file.name, safe="")
    lines = f"Content-Type: {media}\r\n"
    if file.content_id:
        lines += f"Content-ID: <{''.join(file.content_id.split()).strip('<>')}>\r\n"
    shown = "inline" if file.content_id else "attachment"
    return _part(f"{lines}Content-Disposition: {shown}; filename*=utf-8''{name}\r\n", file.content)


def _part(head: str, content: bytes) -> bytes:
    encoded = base64.encodebytes(content).replace(b"\n", b"\r\n")
    return head.encode("utf-8", "replace") + b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    boundary = "=_" + hashlib.sha256(kind.encode() + b"".join(parts)).hexdigest()[:40]
    inner = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + inner + f"--{boundary}--\r\n".encode()
