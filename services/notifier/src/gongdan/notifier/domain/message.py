"""The outgoing mail: what is decided when it is queued, and its bytes, which are the same on every attempt."""

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from gongdan.notifier.domain import header
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.mail_ids import LOOP_HEADER

LONGEST_LINE = 998

AutoSubmitted = Literal["auto-replied", "auto-generated"]


class Mail(Contract):
    """A mail to one recipient. Ids are without angle brackets; addresses are usable ones.

    `reply_to` is where answers go, None for the sender. `auto` is None for what a person wrote; `mark` is the
    installation's, to know the mail when it comes back.
    """

    message_id: str
    sender: str
    to: str
    to_name: str | None = None
    reply_to: str | None = None
    subject: str
    text: str
    date: datetime
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    auto: AutoSubmitted | None = None
    language: str = "en"
    mark: str
    attachments: tuple[Attachment, ...] = ()


def build(mail: Mail, files: Sequence[bytes]) -> bytes:
    """The mail as it goes over the wire. `files` are the contents of its attachments, in their order."""
    head, text = _head(mail).encode(), _text_part(mail)
    if not files:
        return head + text
    boundary = f"=_{hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]}"
    kind = header.structured("Content-Type", "multipart/mixed;", f'boundary="{boundary}"').encode()
    between = f"\r\n--{boundary}\r\n".encode()
    parts = [text, *map(_file_part, mail.attachments, files)]
    return head + kind + between + between.join(parts) + f"\r\n--{boundary}--\r\n".encode()


def _head(mail: Mail) -> str:
    lines = [
        header.structured("From", mail.sender),
        header.structured("To", *header.address(mail.to, mail.to_name)),
        header.field("Subject", mail.subject),
        header.structured("Date", format_datetime(mail.date)),
        header.structured("Message-ID", f"<{mail.message_id}>"),
    ]
    if mail.reply_to:
        lines.append(header.structured("Reply-To", mail.reply_to))
    if mail.in_reply_to:
        lines.append(header.structured("In-Reply-To", f"<{mail.in_reply_to}>"))
    if mail.references:
        lines.append(header.structured("References", *(f"<{one}>" for one in mail.references)))
    if mail.auto:
        lines += _automatic(mail.auto)
    lines.append(header.structured(LOOP_HEADER, mail.mark))
    lines.append(header.structured("Content-Language", mail.language))
    return "".join([*lines, "MIME-Version: 1.0\r\n"])


def _automatic(auto: AutoSubmitted) -> list[str]:
    """What keeps other machines from answering. Source: RFC 3834 section 5; MS-OXCMAIL 2.2.3.2.14 for the second."""
    return [
        header.structured("Auto-Submitted", auto),
        header.structured("X-Auto-Response-Suppress", "All"),
        header.structured("Precedence", "bulk"),
    ]


def _text_part(mail: Mail) -> bytes:
    text = mail.text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    plain = text.isascii() and "\0" not in text and all(len(line) < LONGEST_LINE for line in text.split("\n"))
    content = text.encode("utf-8", "replace")
    wire = content.replace(b"\n", b"\r\n") if plain else _base64(content)
    encoding = header.structured("Content-Transfer-Encoding", "7bit" if plain else "base64")
    return f"Content-Type: text/plain; charset=utf-8\r\n{encoding}\r\n".encode() + wire


def _file_part(file: Attachment, content: bytes) -> bytes:
    kind = header.structured("Content-Type", header.media_type(file.content_type))
    how = header.structured("Content-Disposition", "attachment;", header.file_name(file.name))
    return f"{kind}{how}Content-Transfer-Encoding: base64\r\n\r\n".encode() + _base64(content)


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")
