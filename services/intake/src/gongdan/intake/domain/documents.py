"""Definitions as they are sent: YAML 1.2 or JSON, one document, a list or a stream, bounded in size and depth.

Whatever is wrong in any document is collected, with the document's number, the path in it, and its place.
"""

import json
from collections.abc import Iterator
from typing import Any

import orjson

from gongdan.intake.domain import yaml_stream
from gongdan.intake.domain.sent import Reading, Sent, Written
from gongdan.intake.domain.yaml_parts import DEEPEST, MOST_NODES, Fault, TooMuch, Value
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import Complaint, FixInput

MOST_DOCUMENTS = 20_000


def read(body: bytes) -> Reading:
    """The documents in a request. Raises FixInput: 400 when it is not UTF-8, 422 when it is empty or too much."""
    value = _json(body)
    reading = _of_json(body, value) if value is not None else _of_yaml(body)
    if not reading.written and not reading.complaints:
        raise _refused("body", "holds no definition", "send at least one document")
    if len(reading.written) > MOST_DOCUMENTS:
        raise _refused("body", f"holds {len(reading.written)} definitions", f"send at most {MOST_DOCUMENTS} at once")
    return reading


def check_all(reading: Reading) -> Sent:
    """Each document as a definition of its kind; what is wrong with any of them is collected."""
    sent = Sent(reading, complaints=list(reading.complaints))
    for written in reading.written:
        try:
            sent.sound.append((written, check(written.data)))
        except FixInput as error:
            sent.complaints += located(written, error)
            rest = _rest(written.data, error)
            sent.rests += [(written, rest)] if rest else []
    return sent


def _rest(data: dict[str, Any], error: FixInput) -> Definition | None:
    """A document without the fields of its spec that are at fault; None where that does not fit its kind either."""
    faulty = {item.field.split(".")[1] for item in error.complaints if item.field.startswith("spec.")}
    spec = data.get("spec")
    if not faulty or not isinstance(spec, dict):
        return None
    try:
        return check({**data, "spec": {name: value for name, value in spec.items() if name not in faulty}})
    except FixInput:
        return None


def located(written: Written, error: FixInput) -> list[Complaint]:
    """The complaints about one document, each with where it stands."""
    return [written.complaint(item.field, item.problem, item.cure) for item in error.complaints]


def _json(body: bytes) -> Value:
    """The JSON value; None when it is not JSON, or says something twice, which the YAML reader will name."""
    try:
        value = orjson.loads(body)
        _bounded(value)
        json.loads(body, object_pairs_hook=_once_each)
    except (orjson.JSONDecodeError, KeyError):
        return None
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise KeyError("given twice")


def _of_json(body: bytes, value: Value) -> Reading:
    reading = Reading(body)
    _take(reading, 0, value)
    for written in reading.written:
        for path, text in _texts(written.data, ""):
            if "\0" in text:
                complaint = written.complaint(path, "holds a NUL character", "remove it")
                reading.complaints.append(complaint)
    return reading


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    """All texts and names in a value, each with its dotted path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield path, key
            yield from _texts(item, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, f"{path}.{number}")


def _of_yaml(body: bytes) -> Reading:
    try:
        body.decode("utf-8")
        stream = yaml_stream.read(body)
    except UnicodeDecodeError as error:
        raise _not_text(body, error) from error
    except TooMuch as error:
        complaint = Complaint("body", str(error), "send less at once", line=error.place[0], column=error.place[1])
        raise FixInput("invalid-document", "the request holds too much", complaint) from error
    reading = Reading(body)
    broken = {fault.document for fault in stream.faults}
    for part, value in enumerate(stream.documents):
        if value is not None or part not in broken:
            _take(reading, part, value)
    names = {written.part: written for written in reversed(reading.written)}
    reading.complaints[:0] = [_of_fault(fault, names.get(fault.document)) for fault in stream.faults]
    return reading


def _of_fault(fault: Fault, written: Written | None) -> Complaint:
    line, column = fault.place
    cure = "send YAML 1.2 or JSON in UTF-8, with each name once and plain values"
    which = written.name if written else f"document {fault.document + 1} of the stream"
    number = written.number if written else fault.document
    return Complaint(f"{which}.{fault.path}".rstrip("."), fault.problem, cure, number, fault.path, line, column)


def _take(reading: Reading, part: int, value: Value) -> None:
    """Add what one part of the stream holds: a document, or a list of them. Empty ones do not count."""
    items = [(str(nth), item) for nth, item in enumerate(value)] if isinstance(value, list) else [("", value)]
    for prefix, item in items:
        if isinstance(item, dict) and item:
            reading.written.append(Written(len(reading.written), item, part, prefix))
        elif item:
            number = len(reading.written) + len(reading.complaints)
            cure = "write apiVersion, kind, metadata and spec"
            reading.complaints.append(Complaint(f"documents[{number}]", "is no mapping", cure, number, ""))


def _bounded(value: Value) -> None:
    """Raises FixInput when there are too many values, or too many levels of them."""
    pending: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while pending:
        item, depth = pending.pop()
        seen += 1
        if seen > MOST_NODES or depth > DEEPEST:
            raise _refused("body", "holds too much", f"send at most {MOST_NODES} values, {DEEPEST} levels deep")
        if isinstance(item, dict):
            pending += [(inner, depth + 1) for inner in item.values()]
        elif isinstance(item, list):
            pending += [(inner, depth + 1) for inner in item]


def _not_text(body: bytes, error: UnicodeDecodeError) -> FixInput:
    before = body[: error.start]
    line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
    complaint = Complaint("body", f"is not UTF-8 at byte {error.start}", "send UTF-8", line=line, column=column)
    return FixInput("invalid-document", "the request is neither JSON nor YAML", complaint, status=400)


def _refused(field_: str, problem: str, cure: str) -> FixInput:
    return FixInput("invalid-document", "the request holds no definitions", Complaint(field_, problem, cure))
