"""Which parts of a mail are read and which are files. Source: RFC 8621 section 4.1.4, which JMAP clients agree on.

Differs from it in one thing: images, sound and films are files wherever they stand, for a text cannot hold them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gongdan.intake.domain.mail.parts import READABLE, Multipart, Node, Part


@dataclass(frozen=True, slots=True)
class Bodies:
    """What to read for whoever reads text, what for whoever sees pages, and what to save; each in its order."""

    text: list[Part] = field(default_factory=list)
    page: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Place:
    """The kind of multipart that parts are in; inside an alternative, a part is for one of the two readers only."""

    subtype: str = "mixed"
    for_text: bool = True
    for_page: bool = True
    alternative: bool = False


def bodies(root: Node) -> Bodies:
    """Sort the leaves of a mail."""
    found = Bodies()
    _sort(_Place(), (root,), found)
    return found


def _sort(place: _Place, nodes: Sequence[Node], found: Bodies) -> None:
    texts, pages = len(found.text), len(found.page)
    for number, node in enumerate(nodes):
        if isinstance(node, Multipart):
            alternative = place.alternative or node.subtype == "alternative"
            _sort(replace(place, subtype=node.subtype, alternative=alternative), _root_first(node), found)
        elif _is_read(node, number, place.subtype):
            place = _add(place, node, found)
        else:
            found.files.append(node)
    if place.subtype == "alternative" and place.for_text and place.for_page:
        _share(found, texts, pages)


def _root_first(node: Multipart) -> Sequence[Node]:
    """The parts, before all others the one that a multipart/related names as the one that shows them."""
    root = node.declared.text("start").strip("<> ") if node.subtype == "related" else ""
    if not root:
        return node.children
    return sorted(node.children, key=lambda part: not (isinstance(part, Part) and part.content_id == root))


def _is_read(part: Part, number: int, subtype: str) -> bool:
    if part.disposition == "attachment" or part.content_type not in READABLE:
        return False
    return number == 0 or (subtype != "related" and not part.name)


def _add(place: _Place, part: Part, found: Bodies) -> _Place:
    """Give a part to its readers; beside a text inside an alternative nothing more is for pages, and the reverse."""
    plain = part.content_type == "text/plain"
    if place.alternative and place.subtype != "alternative":
        place = replace(place, for_page=place.for_page and not plain, for_text=place.for_text and plain)
    alone = place.subtype == "alternative"
    if place.for_text and (plain or not alone):
        found.text.append(part)
    if place.for_page and (not plain or not alone):
        found.page.append(part)
    return place


def _share(found: Bodies, texts: int, pages: int) -> None:
    """An alternative with one form only has it for both readers."""
    if len(found.text) == texts:
        found.text.extend(found.page[pages:])
    elif len(found.page) == pages:
        found.page.extend(found.text[texts:])
