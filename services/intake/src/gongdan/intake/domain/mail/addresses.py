"""Address lists of mail headers, read leniently. Never raises; linear in the header's length.

Bytes are taken as Latin-1 until names are decoded, so that no byte is changed before its character set is known.
Limits: the first `MOST` addresses of a header, each with at most `LONGEST` characters. Source: RFC 5322
section 3.4, with groups; what has no `@` is a name without an address.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from gongdan.intake.domain.mail import encoded

MOST = 200
LONGEST = 320

_PIECE = re.compile(
    r'"(?:[^"\\]|\\.)*"?'  # quoted
    r"|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)?"  # comment, with others in it
    r"|<[^<>]*>?"  # address
    r'|[^"(<,;:]+'  # words
    r"|.",
    re.DOTALL,
)
# Names as they were decoded, with the address they hide.
_HIDDEN = re.compile(r"([^<>@]{0,200})<?([^<>\s@]{1,64}@[^<>\s@]{1,255})>?")
_ROUTE = re.compile(r"^@[^:<>]{1,300}:")
# White space that the obsolete syntax allows within an address.
_SPACED_DOT = re.compile(r"[ \t]{1,20}\.[ \t]{1,20}")
_SPACED = re.compile(r"[ \t]{0,20}\.[ \t]{0,20}")
_COMMENT = re.compile(r"\([^()]*\)")
_PLAIN = re.compile(r'([^"(<>,;:@]{0,300})<([\w.+-]{1,64}@[\w.-]{1,250})>', re.ASCII)
"""One address as most are written: behind a name without quotes or comments, or alone."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """Who, as a header names them: either may be empty. `email` is in lower case.

    `local`: what stands in an address's place and is none, such as the user of a machine without its name.
    """

    name: str
    email: str
    local: str = ""


def addresses(raw: bytes) -> Iterator[Address]:
    """The addresses of one header value."""
    text = raw[: encoded.LONGEST].decode("latin-1")
    if plain := _PLAIN.fullmatch(text):
        yield Address(_name([plain[1]]), plain[2].lower().rstrip("."))
        return
    found = 0
    for pieces in filter(None, chain.from_iterable(map(_apart, _members(text)))):
        member = _address(pieces)
        if member.name or member.email:
            yield member
            found += 1
        if found == MOST:
            return


def _pieces(text: str) -> Iterator[str]:
    """Quoted words, comments, addresses and plain words; a quote that never ends is no quote."""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece.startswith('"') and (len(piece) < 2 or not piece.endswith('"')):
            yield from (each[0] for each in _PIECE.finditer(piece.replace('"', " ")))
        else:
            yield piece


def _members(text: str) -> Iterator[list[str]]:
    """The pieces of each member; the label of a group is left out."""
    pieces: list[str] = []
    for piece in _pieces(text):
        if piece in (",", ";") or _begins_another(pieces, piece):
            yield pieces
            pieces = [] if piece in (",", ";") else [piece]
        elif piece == ":" and not _goes_on("".join(pieces)):
            pieces = []
        elif piece != ":" or "@[" in "".join(pieces):
            pieces.append(piece)
    yield pieces


def _goes_on(text: str) -> bool:
    """Whether a colon after this is within an address: after its scheme, or in the number of a machine."""
    return text.strip().lower().endswith("mailto") or text.rfind("@[") > text.rfind("]")


def _apart(pieces: list[str]) -> Iterator[list[str]]:
    """Each of several complete addresses that have no comma between them."""
    ends = [at for at, piece in enumerate(pieces, 1) if piece.startswith("<") and "@" in piece]
    for start, end in pairwise([0, *ends[:-1], len(pieces)]):
        yield pieces[start:end]


def _begins_another(pieces: list[str], piece: str) -> bool:
    """Whether an address follows a complete one without a comma, or with one that the sender has encoded."""
    return "@" in piece and not piece.startswith(("<", "(")) and bool(pieces) and pieces[-1].startswith("<")


def _address(pieces: list[str]) -> Address:
    angled = [piece for piece in pieces if piece.startswith("<")]
    if angled:
        words = [piece for piece in pieces if not piece.startswith(("<", "("))]
        return _made(_name(words) or _comment(pieces), _COMMENT.sub("", angled[-1]).strip("<> \t"))
    bare = [piece for piece in pieces if not piece.startswith("(")]
    plain = _closed_up("".join(bare))
    if "@" in plain:
        quoted = bare[0] if len(bare) == 2 and bare[0].startswith('"') and bare[1].startswith("@") else ""
        *words, email = [plain] if quoted else plain.split()
        return (
            _made(_name([" ".join(words)]) or _comment(pieces), email) if "@" in email else Address(_name([plain]), "")
        )
    return _hidden(_name(bare)) or Address(_name(bare) or _comment(pieces), "")


def _closed_up(text: str) -> str:
    """Without the spaces that an address may have around its dots and its `@`."""
    local, at, domain = text.strip().rpartition("@")
    if not at or " " not in text.strip():
        return text
    return f"{_SPACED_DOT.sub('.', local).rstrip()}@{_SPACED.sub('.', domain).lstrip()}"


def _hidden(name: str) -> Address | None:
    """Name and address that were encoded as one."""
    found = _HIDDEN.fullmatch(name)
    return _made(found[1].strip("'\" "), found[2]) if found else None


def _made(name: str, text: str) -> Address:
    email = encoded.text_of(text.encode("latin-1", "replace")).strip("'")
    if not email.startswith('"'):
        email = "".join(email.split()).removeprefix("mailto:").strip('"')
    email = _ROUTE.sub("", email).lower().rstrip(".")
    if "@" not in email or len(email) > LONGEST:
        return Address(name or email[:LONGEST], "", email[:LONGEST] if name else "")
    return Address(name, email)


def _name(pieces: list[str]) -> str:
    text = "".join(_ESCAPED.sub(r"\1", each[1:].removesuffix('"')) if each.startswith('"') else each for each in pieces)
    name = encoded.text_of(text.encode("latin-1")).strip('" ,;>')
    return (name.strip("'\" ") if name.startswith("'") and name.endswith("'") else name)[:LONGEST]


def _comment(pieces: list[str]) -> str:
    comment = next((piece for piece in pieces if piece.startswith("(")), "")
    return _name([comment.strip("()")]) if comment else ""
