"""What a person reads in a mail, and what else came with it: one text, one HTML page, files.

Nothing is dropped: a form of the mail that is not shown is a file. Limits keep the message small enough for one
Kafka record; what is longer goes into a file as a whole. Pure and total: every mail has a content.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from gongdan.intake.domain.mail import files, flowed, pages, pictures, protection, readable
from gongdan.intake.domain.mail.bodies import bodies
from gongdan.intake.domain.mail.files import File
from gongdan.intake.domain.mail.parts import Mail, Part

LONGEST_TEXT = 96_000
"""Bytes of UTF-8."""

LONGEST_PAGE = 500_000
"""Characters of HTML that are made into text."""

LONGEST_BODY = 1_000_000
"""Bytes that are read of one part."""


@dataclass(frozen=True, slots=True)
class Content:
    """`text` is always there for reading; `html` is safe to show, None where there was none.

    `page` is the HTML as it came when `text` was made from it, else empty. `cut`: not all of the text is there.
    `told`: what a reader should know of the mail, each a sentence.
    """

    text: str
    html: str | None
    files: tuple[File, ...]
    page: str = ""
    cut: bool = False
    told: tuple[str, ...] = ()


def read(mail: Mail) -> Content:
    """Choose what to read."""
    found = bodies(mail.root)
    opened = files.opened(found.files)
    page, embedded = pictures.taken_out(_page(found.page) or opened.html)
    text, source = _readable(found.text, opened.text, page[:LONGEST_PAGE])
    kept = [*(files.shown(file, page) for file in opened.files), *embedded]
    inline = [file for file in kept if file.inline]
    safe = pages.safe(page, {name: file.sha256 for file in inline for name in (file.name, file.content_id) if name})
    if page.strip() and safe is None:
        kept.append(File("message.html", "text/html", page.encode("utf-8", "replace")))
    shown = limited(text)
    cut = (
        shown != text
        or text.endswith(readable.CUT)
        or any(len(part.content) > LONGEST_BODY for part in (*found.text, *found.page))
    )
    return Content(shown, safe, tuple(kept), source, cut, tuple(protection.told(mail, text)))


def _readable(parts: Sequence[Part], packed: str, page: str) -> tuple[str, str]:
    """The text, and the page it was made from, empty where it was not made from a page alone."""
    if any(part.content_type == "text/plain" for part in parts):
        text = _join(map(_text, parts))
        if text:
            return text, ""
    if packed.strip() and not parts:
        return packed.strip("\n"), ""
    return readable.to_text(page), page


def _text(part: Part) -> str:
    text = part.text(LONGEST_BODY)
    if part.content_type == "text/html":
        return readable.to_text(text[:LONGEST_PAGE])
    if part.declared.text("format").lower() == "flowed":
        return flowed.unfolded(text, delete_space=part.declared.text("delsp").lower() == "yes")
    return text


def _page(parts: Sequence[Part]) -> str:
    """All bodies as one page; empty when none of them is one."""
    if not any(part.content_type == "text/html" for part in parts):
        return ""
    return "\n".join(
        text if part.content_type == "text/html" else f"<pre>{escape(text)}</pre>"
        for part in parts
        if (text := part.text(LONGEST_BODY)).strip()
    )


def _join(texts: Iterable[str]) -> str:
    return "\n\n".join(stripped for text in texts if (stripped := text.strip("\n")).strip())


def limited(text: str) -> str:
    """At most `LONGEST_TEXT` bytes of UTF-8, ending in `readable.CUT` where something is missing."""
    encoded = text.encode("utf-8", "replace")
    if len(encoded) <= LONGEST_TEXT:
        return encoded.decode()
    return encoded[:LONGEST_TEXT].decode("utf-8", "ignore") + readable.CUT
