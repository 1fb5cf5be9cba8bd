"""HTML to text that reads well: paragraphs, lists, links, and quotations marked with `>`. Never raises.

Time is linear in the length. Limits: deeper than `DEEPEST` nested elements the tags are only taken away; after `MOST`
elements the text ends in `CUT`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal, TypeAlias

from lxml import etree, html

DEEPEST = 400
MOST = 50_000
LONGEST_LINK = 300
CUT = "\n[…]"
RULE = "_" * 32

Verdict = Literal["keep", "skip", "stop"]
Element: TypeAlias = html.HtmlElement
Judge = Callable[[Element], Verdict]

_PARAGRAPHS = {"p", "blockquote", "ul", "ol", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "dl", "hr"}
_BLOCKS = _PARAGRAPHS | {
    "div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address", "form", "center", "fieldset",
    "main", "aside", "nav", "figure", "figcaption", "caption", "body",
}  # fmt: skip
_SILENT = {"script", "style", "head", "title", "template", "noscript", "object", "select", "textarea", "meta", "link"}
# elements that need no end, so that their starts say nothing about depth
_VOID = {
    "br", "hr", "img", "input", "meta", "link", "col", "wbr", "area", "base", "source", "embed", "param", "p", "li",
}  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_ANY_TAG = re.compile(r"<[^<>]*>")
_HIDDEN = re.compile(r"(?:^|[;\s])display\s*:\s*none", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f\u00a0\u200b]+")


def keep_all(_element: Element) -> Verdict:
    """Render everything."""
    return "keep"


def to_text(source: str, judge: Judge = keep_all) -> str:
    """The text of an HTML page; `judge` may skip elements or stop at one."""
    root = _tree(source)
    if root is None:
        return _SPACE.sub(" ", _ANY_TAG.sub(" ", source)).strip() if too_deep(source) else ""
    page = _Page()
    skipped: Element | None = None
    for count, (event, element) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        if count == 2 * MOST:
            return page.text() + CUT
        if event == "start" and skipped is None:
            verdict = "skip" if _is_silent(element) else judge(element)
            if verdict == "stop":
                break
            skipped = element if verdict == "skip" else None
            if skipped is None:
                page.open(element)
        elif event == "end" and (skipped is None or skipped is element):
            page.close(element, silent=skipped is element)
            skipped = None
    return page.text()


def _is_silent(element: Element) -> bool:
    """Whether nothing of it is meant to be read; newsletters hide a text for lists of mails."""
    if element.tag in _SILENT or not isinstance(element.tag, str):
        return True
    style = element.get("style")
    return style is not None and "none" in style and bool(_HIDDEN.search(style))


def too_deep(source: str) -> bool:
    """Whether elements nest deeper than any mail program nests them; parsers need too long for those."""
    if source.count("<") <= DEEPEST:
        return False
    depth = 0
    for closing, name in _TAG.findall(source):
        if name.lower() not in _VOID:
            depth = max(depth - 1, 0) if closing else depth + 1
            if depth > DEEPEST:
                return True
    return False


def _tree(source: str) -> html.HtmlElement | None:
    if not source.strip() or too_deep(source):
        return None
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


@dataclass(slots=True)
class _Page:
    """Text in the making: lines, each with the depth of the quotation it stands in."""

    lines: list[str] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    blank: bool = True
    quote: int = 0
    verbatim: int = 0

    def open(self, element: Element) -> None:
        """Begin an element."""
        tag = element.tag
        self.separate(tag)
        match tag:
            case "br":
                self.break_line()
            case "hr":
                self.write(RULE)
            case "li":
                self.write("- ")
            case "td" | "th":
                self.write(" ")
            case "img":
                self.write(f"[{alt}]" if (alt := element.get("alt")) else "")
            case "blockquote":
                self.quote += 1
            case "pre":
                self.verbatim += 1
        self.write(element.text)

    def close(self, element: Element, silent: bool) -> None:
        """End an element; a silent one was not rendered."""
        tag = element.tag
        if not silent:
            if tag == "a":
                self.write(_link(element))
            self.end_line(tag in _BLOCKS)
            self.quote -= tag == "blockquote"
            self.verbatim -= tag == "pre"
            self.separate(tag)
        self.write(element.tail)

    def separate(self, tag: str) -> None:
        """Blocks stand on lines of their own, paragraphs with a free line between."""
        self.end_line(tag in _BLOCKS)
        if tag in _PARAGRAPHS and not self.blank:
            self.break_line()
            self.blank = True

    def write(self, text: str | None) -> None:
        """Add text to the line."""
        if not text:
            return
        if self.verbatim:
            *full, text = text.split("\n")
            for each in full:
                self.pieces.append(each)
                self.break_line()
        else:
            text = _SPACE.sub(" ", text)
            text = text.lstrip() if not self.pieces or self.pieces[-1].endswith(" ") else text
        if text:
            self.pieces.append(text)

    def break_line(self) -> None:
        """Go to the next line, be this one empty."""
        line = "> " * self.quote + "".join(self.pieces)
        self.lines.append(line.rstrip())
        self.pieces.clear()
        self.blank = False

    def end_line(self, wanted: bool = True) -> None:
        """Go to the next line if that is wanted and there is something on this one."""
        if wanted and any(not piece.isspace() for piece in self.pieces):
            self.break_line()
        elif wanted:
            self.pieces.clear()

    def text(self) -> str:
        """All of it."""
        self.end_line()
        joined = "\n".join(self.lines)
        return re.sub(r"\n(?:[ \t]*\n){2,}", "\n\n", joined).strip("\n")


def _link(element: Element) -> str:
    """Where a link goes, unless its text says it."""
    target = (element.get("href") or "").strip()
    if not target.startswith(("http://", "https://")) or len(target) > LONGEST_LINK:
        return ""
    label = "".join(islice(element.itertext(), 50)).strip()
    return f" <{target}>" if label and target.rstrip("/") not in label else ""
