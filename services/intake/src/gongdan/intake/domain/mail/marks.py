"""The marks that mail programs leave in HTML on what is theirs: signatures, announcements and quoted history.

`mark` writes them into the tree as characters, which the rendered text then carries to the lines that they are about.
"""

import re
from dataclasses import dataclass

from gongdan.intake.domain.mail import readable


@dataclass(frozen=True, slots=True)
class _Marks:
    """Classes, ids and tags (beginnings, in lower case) by which mail programs mark what is theirs."""

    classes: tuple[str, ...]
    ids: tuple[str, ...]
    tags: tuple[str, ...] = ()

    def fit(self, element: readable.Element) -> bool:
        """Whether an element carries one of the marks."""
        given = (element.get("class") or "").lower().split()
        identity = (element.get("id") or "").lower().removeprefix("x_")
        return (
            element.tag in self.tags
            or any(each.removeprefix("x_").startswith(self.classes) for each in given)
            or (bool(identity) and identity.startswith(self.ids))
        )


_SIGNATURES = _Marks(
    classes=(
        "gmail_signature",
        "moz-signature",
        "protonmail_signature",
        "__aliyun_signature",
        "sh-signature",
        "applemailsignature",
        "lark-mail-signature",
        "front-signature",
        "missive_signature",
        "bloop_sign",
        "signature",
        "email-signature",
        "mail-signature",
    ),
    ids=("signature", "applemailsignature", "ntes-pcmail-signature", "spneditorsign", "ms-outlook-mobile-signature"),
)
_HISTORY = _Marks(
    classes=(
        "outlookmessageheader",
        "yahoo_quoted",
        "protonmail_quote",
        "tutanota_quote",
        "zmail_extra",
        "lark-mail-quote",
        "history-quote-wrapper",
        "foxdiv",
        "moz-forward-container",
        "ms-outlook-mobile-reference-message",
        "ntes-mailmaster-quote",
        "netease_quote",
        "__aliyun_previous_wrap",
        "xm_mail_oringinal_describe",
        "gmx-quote",
        "zimbraquote",
    ),
    ids=(
        "divrplyfwdmsg",
        "appendonsend",
        "isreplycontent",
        "isforwardcontent",
        "ntes-mailmaster-quote",
        "yahoo_quoted",
        "olk_src_body_section",
        "mail-editor-reference-message-container",
        "lark-mail-quote",
        "original-content",
    ),
    tags=("includetail",),
)


_ANNOUNCEMENTS = _Marks(
    classes=("gmail_attr", "moz-cite-prefix", "moz-email-headers-table", "reply-intro", "gmail-attr"),
    ids=("_replyintro",),
)
_INDENTED = re.compile(r"margin(?:-left)?:\s*0(?:px)?\s+0(?:px)?\s+0(?:px)?\s+40px|margin-left:\s*40px", re.IGNORECASE)
_RULED_OFF = re.compile(
    r"border:\s*none;\s*border-top:\s*solid\s+\S{1,12}\s+1\.0pt|border-top:\s*#?\w{1,12}\s+1pt\s+solid|"
    r"border-width:\s*1pt\s+medium\s+medium|border-style:\s*solid none none",
    re.IGNORECASE,
)
# three characters that Unicode keeps out of texts, so that no page holds them with a meaning
_STOP, _QUOTED, _SIGNATURE, _END = "\ufdd0", "\ufdd1", "\ufdd2", "\ufdd3"
_KINDS = {_QUOTED: "q", _SIGNATURE: "s"}
_ANY = re.compile(f"([{_STOP}{_QUOTED}{_SIGNATURE}{_END}])")


def cleaned(page: str) -> str:
    """The page without the characters that `mark` writes into it."""
    return _ANY.sub("", page)


def mark(element: readable.Element) -> readable.Verdict:
    """Write marks into the tree where something of the mail program's begins and ends; render everything."""
    if element.tag == "blockquote" and _INDENTED.search(element.get("style") or ""):
        element.tag = "div"
    if (element.get("id") or "").lower() == "fmsigseparator":
        element.tag, element.text = "div", "--"
    if _HISTORY.fit(element) or _is_ruled_off(element):
        element.text = _STOP + (element.text or "")
    elif _SIGNATURES.fit(element) or _ANNOUNCEMENTS.fit(element):
        element.text = (_SIGNATURE if _SIGNATURES.fit(element) else _QUOTED) + (element.text or "")
        element.tail = _END + (element.tail or "")
    return "keep"


def _is_ruled_off(element: readable.Element) -> bool:
    """Whether it is the header that Outlook rules off from the answer above it."""
    if element.tag not in ("div", "p", "td") or not _RULED_OFF.search(element.get("style") or ""):
        return element.get("data-marker") in ("__DIVIDER__", "__QUOTED_TEXT__")
    return True


def marked(text: str) -> tuple[list[str], list[str]]:
    """The lines of a page's text with the marks taken out, and for each its kind where a mark says it, else nothing."""
    lines: list[str] = []
    kinds: list[str] = []
    kind, stopped = "", False
    for line in text.split("\n"):
        for piece in _pieces(line):
            if piece in _KINDS:
                kind = _KINDS[piece]
            elif piece == _END:
                kind = ""
            elif piece == _STOP:
                stopped = True
            else:
                lines.append(piece.replace("\u00a0", " "))
                kinds.append("q" if stopped else kind if piece.strip() else "")
    return lines, kinds


def _pieces(line: str) -> list[str]:
    """The texts and marks of a line, each text with the signs of quotation before it; a line without a mark is itself,
    be it empty."""
    if not _ANY.search(line):
        return [line]
    signs = line[: len(line) - len(line.lstrip("> "))]
    pieces = [piece for piece in _ANY.split(line.lstrip("> ")) if piece.strip(" >")]
    return [piece if _ANY.match(piece) else signs + piece for piece in pieces]
