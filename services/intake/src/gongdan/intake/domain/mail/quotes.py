"""What is new in a reply: its text without quoted history and signature. Pure, linear in the text's length.

When nothing would be left, the whole text is the reply: a forward, or an answer written inside a quotation,
must not vanish. Limits: an attribution is put together from at most `WRAPPED` lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.domain.mail import attributions, marks, readable
from gongdan.intake.domain.mail.attributions import is_attribution, is_dashes, is_rule, is_sent_by, is_separator

WRAPPED = 4
LONGEST_SIGNATURE = 25
"""Lines. What follows two dashes and is longer is text."""


def reply_in(text: str) -> str:
    """The new part of a plain text."""
    return _strip(_looked_at(text.replace("\u00a0", " ").split("\n"))) or text.strip()


def reply_in_html(page: str) -> str:
    """The new part of an HTML page."""
    return reply_in(readable.to_text(page, marks.judge)) or readable.to_text(page)


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines; for each, how long the attribution is that starts there, and where the next quotation comes."""

    lines: Sequence[str]
    attributions: Sequence[int]
    quotations: Sequence[int]

    def quoted(self, at: int) -> bool:
        """Whether the line is marked as quoted."""
        return at < len(self.lines) and self.lines[at].lstrip().startswith(">")

    def following(self, at: int) -> int:
        """The next line with something on it, at most three lines on."""
        near = range(at, min(at + 4, len(self.lines)))
        return next((place for place in near if self.lines[place].strip()), len(self.lines))


def _looked_at(lines: Sequence[str]) -> _Lines:
    found = [_attribution(lines, at) for at in range(len(lines))]
    quotations = [len(lines)] * (len(lines) + 1)
    for at in range(len(lines) - 1, -1, -1):
        starts = found[at] or lines[at].lstrip().startswith(">")
        quotations[at] = at if starts else quotations[at + 1]
    return _Lines(lines, found, quotations)


def _attribution(lines: Sequence[str], at: int) -> int:
    """How many lines the attribution that starts here takes; 0 when none does."""
    if not attributions.may_begin_attribution(lines[at]):
        return 0
    joined = ""
    for count, line in enumerate(lines[at : at + WRAPPED], 1):
        if count > 1 and (not line.strip() or line.lstrip().startswith(">")):
            return 0
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > attributions.LONGEST:
            return 0
        if attributions.may_end_attribution(line) and is_attribution(joined):
            return count
    return 0


def _strip(text: _Lines) -> str:
    kept: list[str] = []
    at = 0
    while at < len(text.lines):
        step = _step(text, at, begun=bool(kept))
        if step == 0:
            break
        if step > 0:
            kept.append(text.lines[at])
        at += abs(step)
    return _tidy(kept)


def _step(text: _Lines, at: int, begun: bool) -> int:
    """1 to keep a line, -n to leave n lines out, 0 when nothing new follows."""
    line = text.lines[at]
    if text.quoted(at):
        return -1
    if wrapped := text.attributions[at]:
        return -wrapped if text.quoted(text.following(at + wrapped)) else 0
    if is_separator(line) or _header_block(text, at) or (is_rule(line) and _header_block(text, text.following(at + 1))):
        return 0
    to_quotation = text.quotations[at + 1] - at
    if is_sent_by(line):
        return -to_quotation if begun else -1
    if is_dashes(line) and to_quotation <= LONGEST_SIGNATURE:
        return -to_quotation
    return 1


def _header_block(text: _Lines, at: int) -> bool:
    """Whether header fields are written out here: a sender and at least one other, or four of any kind."""
    if at >= len(text.lines) or not (first := attributions.label(text.lines[at])):
        return False
    labels = {found for line in text.lines[at : at + 10] if (found := attributions.label(line))}
    return len(labels) >= (2 if first in attributions.SENDERS else 4)


def _tidy(lines: list[str]) -> str:
    """Without rules left over at the end and empty lines around."""
    while lines and (not lines[-1].strip() or is_rule(lines[-1])):
        lines.pop()
    return "\n".join(line.rstrip() for line in lines).strip("\n")
