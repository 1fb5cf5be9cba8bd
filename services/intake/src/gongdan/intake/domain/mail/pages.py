"""HTML of mails made safe to show: no scripts, forms or styles; nothing is fetched from elsewhere by looking at it.

Images that came with the mail are shown from where files are kept; the address of a remote image waits in
`data-remote-src` until somebody asks for it. Limits: `LONGEST` bytes of UTF-8, `readable.DEEPEST` nested elements.
"""

import html
import re
from collections.abc import Mapping
from functools import partial
from urllib.parse import unquote

import nh3

from gongdan.intake.domain.mail import readable

LONGEST = 192_000
FILES = "/v1/attachments/"
SCHEMES = {"http", "https", "mailto", "tel", "cid"}

_CLEANER = nh3.Cleaner(url_schemes=SCHEMES)

# What the sanitiser writes: every value in double quotes, which are escaped within.
_IMAGE = re.compile(r'<img((?: [a-z-]+="[^"]*")*)>')
_SOURCE = re.compile(r' src="([^"]*)"')
_REMOTE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def safe(page: str, files: Mapping[str, str]) -> str | None:
    """The page; None when there is none or it is too large to carry. `files`: SHA-256 by Content-ID or name."""
    if not page.strip() or len(page.encode("utf-8", "replace")) > LONGEST or readable.too_deep(page):
        return None
    cleaned = _CLEANER.clean(page)
    if "<img" in cleaned:
        cleaned = _IMAGE.sub(partial(_image, files=files), cleaned)
    return cleaned if len(cleaned.encode()) <= LONGEST else None


def _image(match: re.Match[str], files: Mapping[str, str]) -> str:
    return f"<img{_SOURCE.sub(partial(_source, files=files), match[1])}>"


def _source(match: re.Match[str], files: Mapping[str, str]) -> str:
    source = html.unescape(match[1]).strip()
    if digest := files.get(reference(source)):
        return f' src="{FILES}{digest}"'
    return f' data-remote-src="{match[1]}"' if _REMOTE.match(source) else ""


def reference(source: str) -> str:
    """What an image's source names, where it names a part of the mail: also without the scheme `cid`."""
    return unquote(source[4:] if source[:4].lower() == "cid:" else source).strip("<> ")
