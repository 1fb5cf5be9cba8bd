"""What a person reads in a mail, and what else came with it: one text, one HTML page, files.

Nothing is dropped: a form of the mail that is not shown is a file. Limits keep the message small enough for one
Kafka record; what is longer goes into a file as a whole. Pure and total: every mail has a content.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import nh3

from gongdan.intake.domain.mail import mime, parameters, readable
from gongdan.intake.domain.mail.mime import Mail, Part

LONGEST_TEXT = 96_000
LONGEST_HTML = 192_000
LONGEST_PAGE = 1_000_000
"""Characters of HTML that are made into text. Both limits before it are bytes of UTF-8."""

CUT = "\n[…]"

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
    "application/pkcs7-signature": "p7s",
    "application/pgp-signature": "asc",
    "application/ms-tnef": "dat",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail. `inline`: the HTML shows it in its place. `given`: the mail names it itself."""

    name: str
    content_type: str
    content: bytes
    content_id: str | None = None
    inline: bool = False
    given: bool = True


@dataclass(frozen=True, slots=True)
class Content:
    """`text` is always there for reading; `html` is safe to show, None where there was none.

    `page` is the HTML as it came when `text` was made from it, else empty. `cut`: the text was too long.
    """

    text: str
    html: str | None
    files: tuple[File, ...]
    page: str = ""
    cut: bool = False


def read(mail: Mail) -> Content:
    """Choose what to read."""
    pages = [part for part in mail.parts if not part.is_file and part.content_type == "text/html"]
    page = "\n".join(part.text() for part in pages)
    plain = _join(part.text() for part in mail.parts if not part.is_file and part.content_type == "text/plain")
    text = plain or readable.to_text(page[:LONGEST_PAGE])
    files = [_file(part, number, page) for number, part in enumerate(_files(mail), 1)]
    safe = _safe(page)
    if page.strip() and safe is None:
        files.append(File("message.html", "text/html", page.encode("utf-8", "replace")))
    shown = limited(text)
    return Content(shown, safe, tuple(files), "" if plain else page[:LONGEST_PAGE], shown != text)


def _join(texts: Iterator[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := text.strip("\n")).strip())


def _files(mail: Mail) -> Iterator[Part]:
    """Everything that is not read; an empty part without a name is nothing."""
    return (part for part in mail.parts if part.is_file and (part.content or part.name))


def _file(part: Part, number: int, page: str) -> File:
    shown = bool(part.content_id) and part.content_id in page
    inline = shown or (part.disposition == "inline" and bool(part.content_id))
    name = part.name or default_name(part, number)
    return File(name, part.content_type, part.content, part.content_id or None, inline, bool(part.name))


def default_name(part: Part, number: int) -> str:
    """A name for a file that has none: by its subject when it is a mail, else by its type."""
    extension = _EXTENSIONS.get(part.content_type) or "bin"
    if part.content_type == "message/rfc822":
        subject = mime.parse(part.content[:65_536], mime.Limits(depth=0, parts=1)).headers.text("subject")
        if subject:
            safe = "".join("_" if char in '\\/<>:"|?*' else char for char in subject)
            return parameters.shortened(f"{safe}.{extension}")
    kind = part.content_type.partition("/")[0]
    return f"{kind}-{number}.{extension}"


def _safe(page: str) -> str | None:
    """The page without scripts, forms and styles; None when there is none or it is too large to carry."""
    if not page.strip() or len(page.encode("utf-8", "replace")) > LONGEST_HTML or readable.too_deep(page):
        return None
    cleaned = nh3.clean(page, url_schemes={"http", "https", "mailto", "tel", "cid"})
    return cleaned if len(cleaned.encode()) <= LONGEST_HTML else None


def limited(text: str) -> str:
    """At most `LONGEST_TEXT` bytes of UTF-8, ending in `CUT` where something is missing."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= LONGEST_TEXT:
        return encoded.decode()
    return encoded[:LONGEST_TEXT].decode("utf-8", "ignore") + CUT
