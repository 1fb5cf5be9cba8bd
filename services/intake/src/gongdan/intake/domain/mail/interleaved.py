"""Answers between the lines of a quotation. Each keeps what it answers: "yes" by itself says nothing. Pure, linear.

Limit: of a quotation only the last paragraph above an answer stays with it, and of that `LONGEST` lines.
"""

from collections.abc import Iterator, MutableSequence, Sequence

from gongdan.intake.domain.mail.lines import History

LONGEST = 12
"""Lines of a quotation above one answer."""


def keep_questions(text: History, kinds: MutableSequence[str]) -> None:
    """Where something new stands between two quotations, mark what is answered as kept. `kinds` as in `quotes`."""
    quoted = [at for at, kind in enumerate(kinds) if kind == "q" and text.quoted(at)]
    answers = [at for at, kind in enumerate(kinds) if kind == "k" and text.lines[at].strip()]
    if quoted and any(quoted[0] < at < quoted[-1] for at in answers):
        for at in answers:
            for above in _question(text, kinds, at):
                kinds[above] = "k"


def _question(text: History, kinds: Sequence[str], at: int) -> Iterator[int]:
    """The lines of the quoted paragraph right above an answer, from its last to its first."""
    above = at - 1
    while above >= 0 and not _said(text.lines[above]):
        above -= 1
    for place in range(above, max(above - LONGEST, -1), -1):
        if kinds[place] != "q" or not text.quoted(place) or not _said(text.lines[place]):
            return
        yield place


def _said(line: str) -> str:
    """What a line says without the marks of quotation."""
    return line.strip(" \t>＞")
