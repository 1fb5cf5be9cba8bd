"""Definitions as YAML that people read and keep in version control: always the same bytes for the same document.

Fields come in the order of the kind's model, whatever order they were written in; values stay as they are, so that what
is written here and applied again changes nothing. Texts that another reader could take for something else are quoted;
texts of several lines are written as such. Limits: comments are not kept: they are no part of a definition.
"""

import re
from collections.abc import Iterable, Mapping
from io import StringIO
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.representer import SafeRepresenter

from gongdan.shared.definitions.registry import KINDS

WIDE = 100_000
FLOW_WIDTH = 90
TOP = ("apiVersion", "kind", "metadata", "spec")
METADATA = ("name", "workspace", "title", "version", "labels")
# Words that some reader of YAML takes for true, false, nothing or a number.
WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"})
PLAIN = re.compile(
    r"[^\W\d_](?:[\w./()+@%*=<>、。:?!「」-]|(?<![ :]) (?=[\w(./+「]))*"
    r"|\d{1,4}[wdhms]|\d{1,4} working days?"
)
LINES = re.compile(r"[^\s\x00-\x1f](?:[^\x00-\x09\x0b-\x1f\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff]|\x20|\n)*")


def to_yaml(document: Mapping[str, Any]) -> str:
    """One document, ending with a line break."""
    return to_stream([document])


def to_stream(documents: Iterable[Mapping[str, Any]]) -> str:
    """Several documents as one stream, in the order given."""
    writer, texts = _writer(), []
    for document in documents:
        text = StringIO()
        writer.dump(ordered(document), text)
        texts.append(text.getvalue())
    return "---\n".join(texts)


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
    found["spec"] = _like(spec, checked.model_dump(by_alias=True, exclude_unset=True))
    return found


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


class _Representer(SafeRepresenter):
    """Chooses how each text, list and map is written."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _text(representer: SafeRepresenter, text: str) -> Node:
    return representer.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    if PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return None
    if not LINES.fullmatch(text) or re.search(r"[ \n]\Z| \n", text.removesuffix("\n")):
        return '"'
    if "\n" not in text:
        return "'" if '"' in text else '"'
    return "|"


def _mapping(representer: SafeRepresenter, data: Mapping[str, Any]) -> Node:
    node = representer.represent_mapping("tag:yaml.org,2002:map", list(data.items()), flow_style=False)
    for key, _ in node.value:
        key.style = '"' if key.style == "|" else key.style
    return _short(node)


def _sequence(representer: SafeRepresenter, data: list[Any]) -> Node:
    return _short(representer.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=False))


def _short(node: MappingNode | SequenceNode) -> Node:
    """Plain values are written in one line where that is short."""
    parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
    flat = all(isinstance(part, ScalarNode) and part.style != "|" for part in parts)
    if flat and sum(len(part.value) + 4 for part in parts) <= FLOW_WIDTH:
        node.flow_style = True
    return node


_Representer.add_representer(str, _text)
_Representer.add_representer(dict, _mapping)
_Representer.add_representer(list, _sequence)


def _writer() -> YAML:
    writer = YAML(typ="safe", pure=True)
    writer.Representer = _Representer
    writer.default_flow_style = False
    writer.width = WIDE
    writer.allow_unicode = True
    return writer
