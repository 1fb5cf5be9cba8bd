"""The lines of a text, and where in them history begins. Pure; the time is linear in the text's length."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gongdan.intake.domain.mail import attributions, headings, separators, signatures

WRAPPED = 5
"""Lines that an attribution may take."""
NARROW = 60
"""Characters: a quoted line that is shorter was not wrapped by a mail program."""

Lines: TypeAlias = Sequence[str]
"""Lines without their ends."""

_AMID = re.compile(
    r"(?<=\S)\s{1,4}(?=(?:On|Am|Le|El|Il|Em|Op|Den)\s[^\n]{0,30}\d|(?<=[.!?。！？]\s)在\s?\d{4})(?=[^\n]{10,400}$)"
)

_LINK = re.compile(r"\s{0,8}[(<]https?://[^\s()<>]{1,500}[)>][\s>]{0,8}")
_LINK_CUT = re.compile(r"[(<]https?://[^\s()<>]{1,500}$")
_LINK_END = re.compile(r"[^\s()<>]{0,500}[)>]\s{0,8}")


def lines_of(text: str) -> list[str]:
    """The lines; an attribution that was pulled up to the end of a line stands on one of its own."""
    found: list[str] = []
    for line in text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n"):
        found.extend(_torn(line))
    return found


def _torn(line: str) -> Sequence[str]:
    if not attributions.may_end(line) or len(line) > 4 * attributions.LONGEST:
        return (line,)
    if is_quoted(line) or attributions.begins(line):
        return (line,)
    places = [found.end() for found in _AMID.finditer(line[-attributions.LONGEST - 50 :])]
    start = max(0, len(line) - attributions.LONGEST - 50)
    for place in reversed(places):
        rest = line[start + place :]
        if attributions.is_complete(rest):
            return (line[: start + place].rstrip(" -"), rest)
    return (line,)


@dataclass(frozen=True, slots=True)
class _Looked:
    """Lines; for each whether it is marked as quoted, and whether an attribution may end there."""

    lines: Lines
    quotes: Sequence[bool]
    ends: Sequence[bool]

    def quoted(self, at: int) -> bool:
        return at < len(self.quotes) and self.quotes[at]


@dataclass(frozen=True, slots=True)
class History:
    """Lines; for each whether it is marked as quoted, how long the attribution is that starts there, whether all below
    is history, and what comes next.

    `given` says the kind of lines whose kind is known, by what marks the page had.
    """

    lines: Lines
    quotes: Sequence[bool]
    attributions: Sequence[int]
    stops: Sequence[bool]
    next_history: Sequence[int]
    given: Sequence[str] = field(default_factory=tuple)

    def quoted(self, at: int) -> bool:
        """Whether the line is marked as quoted."""
        return at < len(self.quotes) and self.quotes[at]

    def paragraph(self, at: int) -> int:
        """How many lines are written on from here without a free one."""
        end = at
        while end < len(self.lines) and self.lines[end].strip():
            end += 1
        return max(end - at, 1)

    def overflows(self, at: int) -> bool:
        """Whether the line is the end of the quoted one above, which a program wrapped without marking the rest."""
        if not (self.quoted(at - 1) and self.quoted(at + 1)) or at == 0:
            return False
        above, line = self.lines[at - 1].rstrip(), self.lines[at]
        if _LINK.fullmatch(line) or (_LINK_CUT.search(above) and _LINK_END.fullmatch(line)):
            return True
        return len(above) >= NARROW and above[-1] not in ".?!。？！:：>" and line[:1].islower()


def is_quoted(line: str) -> bool:
    """Whether a line is marked as quoted."""
    if ">" not in line and "＞" not in line:
        return False
    line = line.lstrip(" \t")
    if not line.startswith((">", "＞")):
        return False
    return not line.startswith((">:", ">：", "> wrote:")) and not line.rstrip().endswith(("<<", " >>>"))


def following(lines: Lines, at: int) -> int:
    """The next line with something on it, at most three lines on; else the number of lines."""
    near = range(at, min(at + 4, len(lines)))
    return next((place for place in near if lines[place].strip()), len(lines))


def history_of(lines: Lines, given: Sequence[str] = ()) -> History:
    """Look at every line once, and at the few below it, up to where all is history."""
    bare = [attributions.bare(line) for line in lines]
    text = _Looked(bare, [is_quoted(line) for line in bare], [attributions.may_end(line) for line in bare])
    near = {at for end, ends in enumerate(text.ends) if ends for at in range(end - WRAPPED + 1, end + 1)}
    found, stops = [0] * len(lines), [False] * len(lines)
    next_history = [len(lines)] * (len(lines) + 2)
    known = given or [""] * len(lines)
    for at in range(len(lines)):
        found[at] = _attribution(text, at) if at in near else 0
        stops[at] = _stops(text, at) or (found[at] > 0 and not text.quoted(following(lines, at + found[at])))
        if stops[at]:
            break
    for at in range(len(lines) - 1, -1, -1):
        starts = found[at] or stops[at] or text.quotes[at] or known[at] == "q"
        next_history[at] = at if starts else next_history[at + 1]
    return History(lines, text.quotes, found, stops, next_history, known)


def _stops(text: _Looked, at: int) -> bool:
    """Whether all from here on is another mail."""
    lines, line = text.lines, text.lines[at]
    if text.quotes[at] or not line.strip():
        return False
    if signatures.is_rule(line) or separators.is_title(line):
        below = following(lines, at + 1)
        ruled = below < len(lines) and signatures.is_rule(lines[below])
        return headings.block(lines, following(lines, below + 1) if ruled else below) is not None
    if separators.separator(line):
        return True
    if separators.is_ruled(line):
        return headings.block(lines, following(lines, at + 1)) is not None
    return headings.label(line) is not None and (headings.block(lines, at) is not None or headings.is_run_on(line))


def _attribution(text: _Looked, at: int) -> int:
    """How many lines the attribution that starts here takes; 0 when none does. One may end near by."""
    lines = text.lines
    if text.quotes[at] or not attributions.may_begin(lines[at]):
        return _says_who(text, at)
    joined = ""
    for count, line in enumerate(lines[at : at + WRAPPED], 1):
        if count > 1 and (text.quotes[at + count - 1] or _begins_anew(line) or _is_new(lines, at + count - 1)):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > attributions.LONGEST:
            return 0
        quoted = text.quoted(following(lines, at + count))
        if text.ends[at + count - 1] and attributions.is_attribution(joined, quoted):
            return count
        if count == 1 and not attributions.is_cut(line):
            return 0
    return 0


def _begins_anew(line: str) -> bool:
    """Whether an attribution begins in the line, rather than going on with when."""
    return attributions.begins(line) and not line.lstrip().startswith(("在", "于", "於"))


def _is_new(lines: Lines, at: int) -> bool:
    """Whether an empty line ends what was begun; where only its verb is left for the line below it does not."""
    if lines[at].strip():
        return False
    below = lines[at + 1].strip() if at + 1 < len(lines) else ""
    goes_on = len(below) <= 2 * NARROW and attributions.may_end(below) and attributions.goes_on(below)
    return not goes_on and below not in ("<", "(")


def _says_who(text: _Looked, at: int) -> int:
    """1 where a short line says that somebody wrote the quotation right below it, or when."""
    line = text.lines[at].strip()
    if not line or len(line) > 2 * NARROW or not (attributions.says_wrote(line) or attributions.introduces(line)):
        return 0
    near = following(text.lines, at + 1)
    return int(near <= at + 2 and text.quoted(near) and not text.quotes[at])
