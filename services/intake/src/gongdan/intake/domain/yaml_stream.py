"""A stream of YAML documents as plain data, with the place of everything at fault.

Read event by event from libyaml, so that every bound holds before anything is expanded: an alias costs what it
stands for. A document that is broken does not hide the errors of those after it. Source: YAML 1.2.2.
Limits: text is UTF-8, keys are text as written, tags are those of JSON's types, aliases do not reach their parents.
"""

import re
from collections.abc import Collection
from typing import Any

import yaml
from yaml.cyaml import CParser

from gongdan.intake.domain import scalars
from gongdan.intake.domain.yaml_parts import (
    DEEPEST,
    MOST_ALIASES,
    MOST_FAULTS,
    MOST_NODES,
    MOST_TEXT,
    Event,
    Fault,
    Lines,
    Place,
    Stream,
    TooMuch,
    Value,
    Weight,
)

NEXT_DOCUMENT = re.compile(rb"^---(?=\s|$)", re.MULTILINE)
TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")}
TEXT_TAGS = {"!", "tag:yaml.org,2002:str"}


def read(body: bytes, wanted: Collection[int] = ()) -> Stream:
    """Read all documents; note the places of those `wanted`, by number. Raises TooMuch."""
    stream = Stream()
    used = Weight(0, 0, 0)
    start: int | None = 0
    while start is not None and len(stream.faults) < MOST_FAULTS:
        reader = Reader(stream, wanted, used, body.count(b"\n", 0, start))
        start = reader.run(body, start)
    return stream


class Reader:
    """One parser's work: from a document's start to the end of the stream, or to the first broken document."""

    def __init__(self, stream: Stream, wanted: Collection[int], used: Weight, lines: int) -> None:
        self.stream = stream
        self.wanted = wanted
        self.used = used
        self.lines = lines
        self.places: dict[str, Place] | None = None
        self.anchors: dict[str, tuple[Any, Weight]] = {}
        self.aliases = 0
        self.depth = 0

    def run(self, body: bytes, start: int) -> int | None:
        """Read on; returns where to go on after a broken document, None at the end. Raises TooMuch."""
        text = body[start:] if start else body
        self.next = CParser(text).get_event
        self.lines_of = Lines(text)
        try:
            while (event := self.next()) is not None:
                if event.__class__ is yaml.DocumentStartEvent:
                    self.document()
            return None
        except yaml.YAMLError as error:
            line = self.broken(error)
        found = NEXT_DOCUMENT.search(body, max(_line_after(body, start, line - self.lines - 1), start + 1))
        return found.start() if found else None

    def document(self) -> None:
        """One document, its start being read already."""
        number = len(self.stream.documents)
        self.places = self.stream.places.setdefault(number, {}) if number in self.wanted else None
        self.anchors.clear()
        self.aliases = self.depth = 0
        self.stream.documents.append(self.node(self.next(), ""))

    def broken(self, error: yaml.YAMLError) -> int:
        """Note a document that cannot be read on; returns the line."""
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = (self.lines + mark.line + 1, mark.column + 1) if mark else (self.lines + 1, 1)
        problem = getattr(error, "problem", None) or " ".join(str(error).split())[:300]
        self.fault("", f"is not YAML: {problem}", place)
        self.stream.documents.append(None)
        return place[0]

    def fault(self, path: str, problem: str, place: Place) -> None:
        """Note something wrong in the document at hand."""
        if len(self.stream.faults) < MOST_FAULTS:
            self.stream.faults.append(Fault(len(self.stream.documents), path, problem, place))

    def place(self, event: Event) -> Place:
        """Line and column of an event, from 1."""
        return self.lines + event.start_mark.line + 1, event.start_mark.column + 1

    def node(self, event: Event, path: str) -> Value:
        """The value that begins with this event."""
        if self.places is not None:
            self.places.setdefault(path, self.place(event))
        if event.__class__ is yaml.AliasEvent:
            return self.alias(event, path)
        before = self.used.nodes, self.used.text
        value = self.scalar(event, path) if event.__class__ is yaml.ScalarEvent else self.collection(event, path)
        if event.anchor:
            size = Weight(self.used.nodes - before[0] + 1, self.used.text - before[1], _depth(value))
            self.anchors[event.anchor] = (value, size)
        return value

    def spend(self, event: Event, nodes: int, text: int) -> None:
        """Count what was read. Raises TooMuch when it is more than is taken."""
        self.used.nodes += nodes
        self.used.text += text
        if self.used.nodes > MOST_NODES or self.used.text > MOST_TEXT:
            raise TooMuch(f"holds more than {MOST_NODES} values, aliases included", self.place(event))

    def scalar(self, event: Event, path: str) -> Value:
        """A text, number, truth value or null."""
        text: str = event.value
        self.spend(event, 1, len(text))
        if "\0" in text:
            self.fault(path, "holds a NUL character", self.place(event))
        if event.tag is None and not event.implicit[0]:
            return text
        try:
            return text if event.tag in TEXT_TAGS else self.tagged(event, text)
        except ValueError as error:
            self.fault(path, str(error), self.place(event))
            return None

    def tagged(self, event: Event, text: str) -> Value:
        """A scalar that is not simply text. Raises ValueError with the problem."""
        if event.tag is not None and event.tag not in TAGS:
            raise ValueError(f"has the tag {event.tag!r}, which says nothing here")
        return scalars.plain(text)

    def alias(self, event: Event, path: str) -> Value:
        """What an alias stands for, at its full price. Raises TooMuch."""
        self.aliases += 1
        found = self.anchors.get(event.anchor)
        if found is None:
            self.fault(path, f"there is no complete &{event.anchor} before it", self.place(event))
            return None
        value, size = found
        if self.aliases > MOST_ALIASES or self.depth + size.depth > DEEPEST:
            raise TooMuch(f"uses more than {MOST_ALIASES} aliases, or nests deeper than {DEEPEST}", self.place(event))
        self.spend(event, size.nodes, size.text)
        return value

    def collection(self, event: Event, path: str) -> Value:
        """A mapping or a list."""
        self.spend(event, 1, 0)
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooMuch(f"nests deeper than {DEEPEST} levels", self.place(event))
        if event.tag not in TAGS and event.tag is not None:
            self.fault(path, f"has the tag {event.tag!r}, which says nothing here", self.place(event))
        mapping = event.__class__ is yaml.MappingStartEvent
        value = self.mapping(path, bool(event.flow_style)) if mapping else self.sequence(path)
        self.depth -= 1
        return value

    def sequence(self, path: str) -> list[Any]:
        """The entries up to the end of a list."""
        found: list[Any] = []
        while (event := self.next()).__class__ is not yaml.SequenceEndEvent:
            found.append(self.node(event, f"{path}.{len(found)}"))
        return found

    def mapping(self, path: str, in_braces: bool) -> dict[str, Any]:
        """The entries up to the end of a mapping."""
        found: dict[str, Any] = {}
        while (event := self.next()).__class__ is not yaml.MappingEndEvent:
            key = self.key(event, path)
            inner = f"{path}.{key}".lstrip(".")
            if in_braces and self.lines_of[event.start_mark.line][: event.start_mark.column].endswith("?"):
                # libyaml takes a question mark for a sign here, where YAML 1.2 has it begin a text.
                self.fault(inner, "begins with a question mark; put it in quotes", self.place(event))
            if key in found:
                self.fault(inner, "is given twice", self.place(event))
            if self.places is not None:
                self.places.setdefault(inner, self.place(event))
            found[key] = self.node(self.next(), inner)
        return found

    def key(self, event: Event, path: str) -> str:
        """The name of an entry, as it is written."""
        if event.__class__ is yaml.ScalarEvent:
            self.spend(event, 0, len(event.value))
            if "\0" in event.value:
                self.fault(path, "has a name with a NUL character", self.place(event))
            if event.anchor:
                self.anchors[event.anchor] = (event.value, Weight(1, len(event.value), 0))
            return str(event.value)
        self.fault(path, "has a key that is no text", self.place(event))
        self.node(event, path)
        return ""


def _depth(value: object) -> int:
    """How many levels a value has; it is bounded already."""
    if isinstance(value, dict):
        return 1 + max(map(_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_depth, value), default=0)
    return 0


def _line_after(body: bytes, offset: int, lines: int) -> int:
    """Where the line begins that is so many lines after the one at `offset`."""
    for _ in range(lines):
        found = body.find(b"\n", offset)
        if found < 0:
            return len(body)
        offset = found + 1
    return offset
