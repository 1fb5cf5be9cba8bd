"""What is new in a reply, apart from the history and the signature that come with it. Pure, linear in the length.

Nothing is thrown away: every line goes into exactly one of three parts. When nothing new would be left, the whole text
is the reply: a forward, or an answer written inside a quotation, must not vanish. Answers between quotations keep what
they answer (`interleaved`).
Limit: a signature has at most `LONGEST_SIGNATURE` lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.domain.mail import interleaved, marks, readable, signatures
from gongdan.intake.domain.mail.lines import History, Lines, history_of, lines_of

LONGEST_SIGNATURE = 25
LONGEST_CLOSING = 12
LONGEST_FOOT = 60
"""Lines: of a signature below dashes, of one below a closing phrase, and of that with a disclaimer and empty lines.
What is longer is text."""
WIDEST_SIGNATURE = 90
"""Characters of a line in a signature that only a closing phrase or a long rule announces."""


@dataclass(frozen=True, slots=True)
class Split:
    """What is new, the history that came with it (with its announcement), and the signature."""

    reply: str
    quoted: str = ""
    signature: str = ""


def split(text: str) -> Split:
    """The parts of a plain text."""
    lines = lines_of(text)
    return _parts(lines, _kinds(history_of(lines)))


def split_html(page: str) -> Split:
    """The parts of an HTML page, by the marks that mail programs leave in it and by its text."""
    lines, given = marks.marked(readable.to_text(marks.cleaned(page), marks.mark))
    return _parts(lines, _kinds(history_of(lines, given)))


def reply_in(text: str) -> str:
    """The new part of a plain text."""
    return split(text).reply


def reply_in_html(page: str) -> str:
    """The new part of an HTML page."""
    return split_html(page).reply


def _parts(lines: Lines, kinds: Sequence[str]) -> Split:
    reply = _joined(lines, kinds, "k")
    if not reply.strip():
        return Split(_tidy(lines))
    return Split(reply, _joined(lines, kinds, "q"), _joined(lines, kinds, "s"))


def _joined(lines: Lines, kinds: Sequence[str], kind: str) -> str:
    """The lines of a kind, without a second empty line where something between was taken out."""
    if kind not in kinds:
        return ""
    found: list[str] = []
    last = -1
    for at, line in enumerate(lines):
        if kinds[at] == kind:
            if line.strip() or last == at - 1 or (found and found[-1].strip()):
                found.append(line)
            last = at
    return _tidy(found)


def _tidy(lines: Lines) -> str:
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def _kinds(text: History) -> list[str]:
    """For each line: k(ept), q(uoted) or s(ignature)."""
    kinds: list[str] = []
    begun = False
    while len(kinds) < len(text.lines):
        at = len(kinds)
        found = _given(text, at) or _kind(text, at, begun)
        begun = begun or (found[0] == "k" and bool(text.lines[at].strip()))
        kinds.extend(found)
    kinds = _without_rules(text.lines, kinds[: len(text.lines)])
    interleaved.keep_questions(text, kinds)
    return kinds


def _given(text: History, at: int) -> str:
    """What the page itself says of the line; after an announcement without a marked quotation all below is quoted."""
    return text.given[at] * (len(text.lines) - at if text.given[at] == "q" and text.stops[at] else 1)


def _kind(text: History, at: int, begun: bool) -> str:
    """The kinds of the next lines, one letter each."""
    if text.quoted(at) or text.overflows(at):
        return "q"
    if text.stops[at]:
        return "q" * (len(text.lines) - at)
    if text.attributions[at]:
        return "q" * text.attributions[at]
    return _signature(text, at) if begun else "s" if signatures.is_sent_by(text.lines[at]) else "k"


def _signature(text: History, at: int) -> str:
    """The kinds from a line on that may begin a signature below what is kept."""
    line = text.lines[at]
    if not line.strip():
        return "k"
    to_history = text.next_history[at + 1] - at
    if signatures.is_sent_by(line):
        paragraph = min(text.paragraph(at), to_history)
        return "s" * paragraph + "q" * (to_history - paragraph)
    if to_history <= LONGEST_SIGNATURE and _opens(text, at, to_history):
        return "s" * to_history
    if signatures.is_closing(line) and to_history <= LONGEST_FOOT and _is_short(text.lines[at + 1 : at + to_history]):
        return "s" * to_history
    if signatures.is_disclaimer(line) and not text.lines[at - 1].strip():
        return "s" * to_history
    return "k"


def _opens(text: History, at: int, length: int) -> bool:
    """Whether dashes open a signature: two always do, more only where nothing but a short block follows, and a long
    rule where that says how to reach somebody."""
    line, below = text.lines[at], text.lines[at + 1 : at + length]
    if not signatures.is_dashes(line):
        return signatures.is_rule(line) and _is_short(below) and signatures.is_card(below)
    return len(line.strip()) <= 2 or (not text.lines[at - 1].strip() and _is_short(below))


def _is_short(lines: Lines) -> bool:
    """Whether these lines could be a name, a company, addresses and a disclaimer."""
    written = [line.strip() for line in lines if line.strip()]
    for place, line in enumerate(written):
        if signatures.is_disclaimer(line):
            written = written[:place]
            break
    if len(written) > LONGEST_CLOSING:
        return False
    return not any(len(line) > WIDEST_SIGNATURE or line.endswith(("?", "？", ":", "：")) for line in written)


def _without_rules(lines: Lines, kinds: list[str]) -> list[str]:
    """Rules that are left over below what is kept belong to what they ruled off."""
    for at in range(len(lines) - 1, -1, -1):
        if kinds[at] != "k":
            continue
        if lines[at].strip() and not signatures.is_rule(lines[at]):
            break
        kinds[at] = "q"
    return kinds
