"""A whole multipart/form-data body in memory, taken apart. Source: RFC 7578.

For webhooks, whose bodies are bounded and must be whole for their signature anyway; forms with large files are read
as a stream elsewhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gongdan.intake.domain import limits
from gongdan.intake.domain.mail import charsets


class Unreadable(ValueError):
    """Why bytes are no multipart form that is taken."""


@dataclass(frozen=True, slots=True)
class Part:
    """One field. `filename` None: it is a text."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str = "text/plain"
    charset: str | None = None

    @property
    def text(self) -> str:
        """The content as text, by the part's own charset."""
        return charsets.decode(self.content, self.charset or "utf-8")

    @property
    def described(self) -> JsonValue:
        """What a mapping sees of a file."""
        return {"filename": self.filename or "", "content_type": self.content_type, "size": len(self.content)}


def parts(content_type: str, body: bytes) -> Sequence[Part]:
    """The parts in their order. Raises Unreadable."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    if not boundary:
        raise Unreadable("names no boundary")
    collector = _Collector()
    try:
        # max_size is bytes in all; whoever read the body has bounded it.
        parser = MultipartParser(boundary, collector.callbacks())  # type: ignore[arg-type]
        parser.write(body)
        parser.finalize()
    except FormParserError as error:
        raise Unreadable(f"is no multipart form: {error}") from error
    if not collector.ended:
        raise Unreadable("ends in the middle of a part")
    return collector.found


@dataclass(slots=True)
class _Collector:
    """What the parser tells, put together."""

    found: list[Part] = field(default_factory=list)
    ended: bool = False
    _headers: dict[bytes, bytes] = field(default_factory=dict)
    _name: bytes = b""
    _value: bytes = b""
    _content: list[bytes] = field(default_factory=list)

    def callbacks(self) -> dict[str, object]:
        """By the parser's names."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._over,
        }

    def _begin(self) -> None:
        if len(self.found) >= limits.PAYLOAD_FIELDS:
            raise Unreadable(f"has more than {limits.PAYLOAD_FIELDS} fields")
        self._headers, self._content, self._name, self._value = {}, [], b"", b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.lower()] = self._value
        self._name, self._value = b"", b""

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._content.append(data[start:end])

    def _end(self) -> None:
        options = parse_options_header(self._headers.get(b"content-disposition", b""))[1]
        media, details = parse_options_header(self._headers.get(b"content-type", b"text/plain"))
        name, filename = options.get(b"name"), options.get(b"filename")
        if name is None:
            raise Unreadable("has a part without a name")
        charset = details.get(b"charset")
        self.found.append(
            Part(
                name=name.decode("utf-8", "replace"),
                content=b"".join(self._content),
                filename=None if filename is None else filename.decode("utf-8", "replace"),
                content_type=media.decode("latin-1"),
                charset=charset.decode("latin-1") if charset else None,
            )
        )

    def _over(self) -> None:
        self.ended = True
