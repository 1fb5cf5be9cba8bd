"""A webhook's body as data, by what it says it is: JSON, XML, a form, multipart, else text.

A form becomes a map of texts, a repeated name a list. A form that is nothing but `payload` holding JSON is that JSON,
as GitHub and Slack send it. Multipart files are kept apart, and described in the data. Everything is bounded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

import orjson
from pydantic import JsonValue

from gongdan.intake.domain import limits, payload_texts, xml
from gongdan.intake.domain.identity import body_hash
from gongdan.intake.domain.multipart import Part, Unreadable, parts
from gongdan.shared.errors import Complaint, FixInput

Kind = Literal["json", "xml", "form", "multipart", "text"]
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Payload:
    """The data, and the files that came with it."""

    data: JsonValue
    files: Sequence[Part] = ()


def read(content_type: str, body: bytes) -> Payload:
    """The payload. Raises FixInput: 400 when it is not what it says, 422 when it holds too much."""
    kind = kind_of(content_type, body)
    label = payload_texts.charset_of(content_type)
    found = _multipart(content_type, body) if kind == "multipart" else Payload(READERS[kind](body, label))
    if not limits.within(found.data, limits.PAYLOAD_DEPTH, limits.PAYLOAD_NODES):
        most = f"at most {limits.PAYLOAD_NODES} values, {limits.PAYLOAD_DEPTH} levels deep"
        raise FixInput(
            "invalid-input", "the payload is too complex", Complaint("body", "holds too much", f"send {most}")
        )
    return found


def kind_of(content_type: str, body: bytes) -> Kind:
    """By the media type; by the first letter where that says nothing."""
    media = content_type.partition(";")[0].strip().lower()
    if media == FORM:
        return "form"
    if media == "multipart/form-data":
        return "multipart"
    if media.endswith(("/json", "+json")):
        return "json"
    if media.endswith(("/xml", "+xml")):
        return "xml"
    start = body.lstrip()[:1]
    return "json" if start in (b"{", b"[") else "xml" if start == b"<" else "text"


def pairs_of(body: bytes) -> list[tuple[str, str]]:
    """The pairs of a form in their order, as they are signed. Raises FixInput (400) when there are too many."""
    try:
        text = body.decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=limits.PAYLOAD_FIELDS)
    except ValueError as error:
        raise _too_many_fields() from error


def _too_many_fields() -> FixInput:
    return _wrong("invalid-form", "is no form that can be read", "send fewer fields")


def as_map(pairs: Sequence[tuple[str, str]]) -> dict[str, JsonValue]:
    """Names with their values; a list where a name is repeated."""
    found: dict[str, JsonValue] = {}
    for name, value in pairs:
        before = found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _json(body: bytes, label: str | None) -> JsonValue:
    try:
        found: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = _json_again(payload_texts.json_of(body, label))
    return found


def _json_again(body: bytes) -> JsonValue:
    try:
        found: JsonValue = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _wrong("invalid-json", str(error), "send JSON in UTF-8") from error
    return found


def _xml(body: bytes, label: str | None) -> JsonValue:
    try:
        return xml.as_data(payload_texts.xml_of(body, label))
    except xml.XmlError as error:
        raise _wrong("invalid-xml", str(error), "send well-formed XML without a document type") from error


def _form(body: bytes, label: str | None) -> JsonValue:
    try:
        found = as_map(payload_texts.pairs_of(body, label))
    except ValueError as error:
        raise _too_many_fields() from error
    inner = found.get("payload")
    if len(found) == 1 and isinstance(inner, str) and inner.lstrip()[:1] in ("{", "["):
        return _json(inner.encode(), None)
    return dict(found)


def _multipart(content_type: str, body: bytes) -> Payload:
    try:
        found = parts(content_type, body)
    except Unreadable as error:
        raise _wrong("invalid-form", str(error), "send multipart/form-data") from error
    files = [part for part in found if part.filename is not None]
    described: Mapping[str, JsonValue] = {part.name: part.described for part in files}
    return Payload({**as_map([(part.name, part.text) for part in found if part.filename is None]), **described}, files)


READERS: Mapping[str, Callable[[bytes, str | None], JsonValue]] = {
    "json": _json,
    "xml": _xml,
    "form": _form,
    "text": payload_texts.text_of,
}


def _wrong(slug: str, problem: str, cure: str) -> FixInput:
    return FixInput(slug, "the payload cannot be read", Complaint("body", problem, cure), status=400)


def fields(content_type: str, body: bytes) -> Sequence[Part]:
    """The fields of a form, files among them, in their order. Raises FixInput (400) when it is no form."""
    if kind_of(content_type, body) == "form":
        return [Part(name, value.encode()) for name, value in pairs_of(body)]
    try:
        return parts(content_type, body)
    except Unreadable as error:
        raise _wrong("invalid-form", str(error), "send a form") from error


def texts(content_type: str, body: bytes) -> list[tuple[str, str]]:
    """The text fields of a form, in their order, where the body is one; none otherwise."""
    try:
        return [(part.name, part.text) for part in fields(content_type, body) if part.filename is None]
    except FixInput:
        return []


def content_hash(content_type: str, body: bytes) -> str:
    """SHA-256 (hex) over what is said; of multipart over its parts, whose boundary may differ from time to time."""
    if kind_of(content_type, body) != "multipart":
        return body_hash(body)
    try:
        found = parts(content_type, body)
    except Unreadable:
        return body_hash(body)
    return body_hash(*(piece for part in found for piece in (part.name.encode(), part.content)), b"")
