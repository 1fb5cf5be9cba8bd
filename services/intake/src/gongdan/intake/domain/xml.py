"""XML from strangers: no document types, no entities, no network; and XML as JSON-like data for mappings.

An element becomes its text, or a map of its children and its attributes (`@name`); children of one name become a list.
Text beside children is `#text`. Name spaces are left out.
"""

from typing import Any

from lxml import etree
from pydantic import JsonValue

MOST_DEEP = 64


class XmlError(ValueError):
    """Why bytes are no XML that is taken."""


def parse(body: bytes) -> Any:  # noqa: ANN401 - lxml has no types
    """The root element. Raises XmlError."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError(f"is no XML: {error}") from error
    if root.getroottree().docinfo.doctype:
        raise XmlError("has a document type, which is not taken")
    return root


def as_data(body: bytes) -> JsonValue:
    """The document as data, its root as the one key. Raises XmlError."""
    root = parse(body)
    return {_name(root.tag): _value(root, 0)}


def _value(element: Any, depth: int) -> JsonValue:  # noqa: ANN401
    if depth > MOST_DEEP:
        raise XmlError(f"is more than {MOST_DEEP} levels deep")
    found: dict[str, JsonValue] = {f"@{_name(name)}": value for name, value in element.attrib.items()}
    for child in element:
        if isinstance(child.tag, str):
            _add(found, _name(child.tag), _value(child, depth + 1))
    text = "".join(element.itertext()).strip() if not len(element) else (element.text or "").strip()
    if not found:
        return text
    return {**found, "#text": text} if text else found


def _add(found: dict[str, JsonValue], name: str, value: JsonValue) -> None:
    before = found.get(name)
    if before is None:
        found[name] = value
    elif isinstance(before, list):
        before.append(value)
    else:
        found[name] = [before, value]


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
