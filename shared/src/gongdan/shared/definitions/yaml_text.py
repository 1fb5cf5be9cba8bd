"""Definitions as YAML that people read and keep in version control: always the same bytes for the same document.

Fields come in the order of the kind's model, whatever order they were written in; values stay as they are, so that what
is written here and applied again changes nothing. Texts that another reader could take for something else are quoted;
texts of several lines are written as such. Written here and not by a library, whose next version could change the bytes
of every file, and would be many times slower. Limits: JSON data only; comments are not kept: they are no part
of a definition. Source: YAML 1.2.2, https://yaml.org/spec/1.2.2/
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from gongdan.shared.definitions.registry import KINDS

FLOW_WIDTH = 90
LONGEST_KEY = 500
STEP = "  "
TOP = ("apiVersion", "kind", "metadata", "spec")
METADATA = ("name", "workspace", "title", "version", "labels")
# Words that some reader of YAML takes for true, false, nothing or a number.
WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
PLAIN = re.compile(
    # In braces some readers take a colon for a sign, unless a letter, a digit or a slash follows.
    r"[^\W\d_](?:[\w./()+@%*=<>、。?!「」-]|:(?=[\w/])|(?<![ :]) (?=[\w(./+「]))*"
    r"|\d{1,4}[wdhms]|\d{1,4} working days?"
)
UNSAFE = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff"
LINES = re.compile(rf"(?![ \n])(?:[^{UNSAFE}]|\n)+")
ESCAPED = re.compile(rf'["\\{UNSAFE}]')
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def to_yaml(document: Mapping[str, Any]) -> str:
    """One document, ending with a line break."""
    return "\n".join(_block(ordered(document), "")) + "\n"


def to_stream(documents: Iterable[Mapping[str, Any]]) -> str:
    """Several documents as one stream, in the order given."""
    return "---\n".join(to_yaml(document) for document in documents)


def ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """The same document with its fields in order; what does not fit its kind stays where it is."""
    found = _in_order(document, TOP)
    if isinstance(found.get("metadata"), Mapping):
        found["metadata"] = _in_order(found["metadata"], METADATA)
    model, spec = KINDS.get(str(document.get("kind"))), document.get("spec")
    if model is None or not isinstance(spec, Mapping):
        return found
    try:
        checked = model.model_validate(spec, by_alias=True, by_name=False)
    except ValidationError:
        return found
    found["spec"] = _like(spec, _with_former(checked.model_dump(by_alias=True, exclude_unset=True), model.former))
    return found


def _with_former(spec: dict[str, Any], former: Mapping[str, str]) -> dict[str, Any]:
    """The spec in which the names of old stand beside those that took their place."""
    return {
        written: value
        for name, value in spec.items()
        for written in (name, *(old for old, now in former.items() if now == name))
    }


def _in_order(given: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    known = {name: given[name] for name in names if name in given}
    return known | {name: value for name, value in given.items() if name not in known}


def _like(given: Any, model: Any) -> Any:  # noqa: ANN401 - JSON
    """`given` with its keys in the order of `model`, which has the same shape."""
    if isinstance(given, Mapping) and isinstance(model, Mapping):
        return {name: _like(value, model.get(name)) for name, value in _in_order(given, model).items()}
    if isinstance(given, list) and isinstance(model, list) and len(given) == len(model):
        return [_like(one, other) for one, other in zip(given, model, strict=True)]
    return given


def _block(value: Any, pad: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    """The lines of a list or map that does not fit into one line."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            key = _scalar(name)
            yield from _entry(f"{pad}{key}:" if len(key) <= LONGEST_KEY else f"{pad}? {key}\n{pad}:", item, pad)
    else:
        for item in value:
            lines = _entry(f"{pad}-", item, pad)
            first = next(lines)
            if first == f"{pad}-":
                # What follows begins on the line of the dash.
                first = f"{pad}- {next(lines).removeprefix(pad + STEP)}"
            yield first
            yield from lines


def _entry(opening: str, value: Any, pad: str) -> Iterator[str]:  # noqa: ANN401 - JSON
    """A value after its key or dash: in the same line where it can be, else in lines of its own below."""
    if isinstance(value, str) and _has_lines(value):
        yield f"{opening} {'|' if value.endswith(chr(10)) else '|-'}"
        yield from (f"{pad}{STEP}{line}" if line else "" for line in value.removesuffix("\n").split("\n"))
    elif (line := _line(value)) is not None:
        yield f"{opening} {line}"
    else:
        yield opening
        yield from _block(value, pad + STEP)


def _line(value: Any) -> str | None:  # noqa: ANN401 - JSON
    """A value in one line; None for a list or map that is too long for that, or holds others."""
    if not isinstance(value, Mapping | list):
        return _scalar(value)
    parts = [part for item in value.items() for part in item] if isinstance(value, Mapping) else value
    if any(isinstance(part, Mapping | list) or (isinstance(part, str) and _has_lines(part)) for part in parts):
        return None
    written = [_scalar(part) for part in parts]
    if sum(len(text) + 2 for text in written) > FLOW_WIDTH:
        return None
    if isinstance(value, list):
        return f"[{', '.join(written)}]"
    return f"{{{', '.join(f'{key}: {item}' for key, item in zip(written[::2], written[1::2], strict=True))}}}"


def _has_lines(text: str) -> bool:
    """Whether a text is best written as lines: several, none of which ends with a blank."""
    several = "\n" in text.removesuffix("\n")
    return several and LINES.fullmatch(text) is not None and not re.search(r"[ \n]\Z| \n", text.removesuffix("\n"))


def _scalar(value: Any) -> str:  # noqa: ANN401 - JSON
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case float():
            text = repr(value)
            return text if "." in text else text.replace("e", ".0e")
    return str(value)


def _text(text: str) -> str:
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    if '"' in text and "\n" not in text and LINES.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + ESCAPED.sub(lambda found: _escape(found[0]), text) + '"'


def _escape(char: str) -> str:
    return ESCAPES.get(char) or f"\\u{ord(char):04x}"
