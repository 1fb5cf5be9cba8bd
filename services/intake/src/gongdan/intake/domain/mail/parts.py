"""What a mail is made of: its header, and parts within parts, whose leaves are decoded. Never raises.

Source: RFC 2045 to 2047, RFC 2231.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from gongdan.intake.domain.mail import charsets, parameters, transfer
from gongdan.intake.domain.mail.headers import Headers
from gongdan.intake.domain.mail.parameters import Valued

DEFAULT_TYPE = "text/plain"
READABLE = ("text/plain", "text/html")

_CHARSET_IN_HTML = re.compile(rb"<meta[^>]{0,200}charset=[\"' ]?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf, decoded. `declared` is its Content-Type as it stands; `content_type` is sound and in lower case."""

    content_type: str
    declared: Valued
    name: str
    content_id: str
    disposition: str
    content: bytes
    headers: Headers

    def text(self, most: int | None = None) -> str:
        """The content as text, of at most so many bytes."""
        content = self.content[:most]
        label = self.declared.text("charset")
        if not label and self.content_type == "text/html" and (said := _CHARSET_IN_HTML.search(content, 0, 4096)):
            label = said[1].decode("ascii", "replace")
        return charsets.decode(content, label)


@dataclass(frozen=True, slots=True)
class Multipart:
    """Parts that belong together in some way: mixed, alternative, related, …"""

    subtype: str
    declared: Valued
    children: tuple["Node", ...]


Node: TypeAlias = Part | Multipart


@dataclass(frozen=True)
class Mail:
    """Header and parts of a mail in their order. `cut` says what was left out, each a sentence."""

    headers: Headers
    content_type: Valued
    root: Node
    cut: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The leaves."""
        return tuple(_leaves(self.root))

    @cached_property
    def multiparts(self) -> tuple[Multipart, ...]:
        """What is no leaf, outermost first."""
        return tuple(_branches(self.root))


def leaf(body: bytes, fields: Headers, declared: Valued) -> Part:
    """A part from its bytes as they came, with the type that counts for it."""
    disposition = parameters.read(fields.raw("content-disposition"))
    encoding = parameters.read(fields.raw("content-transfer-encoding")).value
    return Part(
        content_type=declared.value or DEFAULT_TYPE,
        declared=declared,
        name=parameters.file_name(disposition, declared),
        content_id=fields.text("content-id").strip("<> ")[: parameters.LONGEST_NAME],
        disposition=disposition.value,
        content=transfer.decode(body, encoding, declared.value.startswith("text/")),
        headers=fields,
    )


def type_of(fields: Headers, default: str = DEFAULT_TYPE) -> Valued:
    """The Content-Type, or what counts where it is none."""
    found = parameters.read(fields.raw("content-type"))
    if parameters.is_type(found.value):
        return found
    if found.value.startswith("multipart") and "boundary" in found.parameters:
        return Valued("multipart/mixed", found.parameters)
    return Valued(DEFAULT_TYPE if found.value.startswith("text") else default, found.parameters)


def _leaves(node: Node) -> Iterator[Part]:
    if isinstance(node, Part):
        yield node
        return
    for child in node.children:
        yield from _leaves(child)


def _branches(node: Node) -> Iterator[Multipart]:
    if isinstance(node, Multipart):
        yield node
        for child in node.children:
            yield from _branches(child)
