"""Late notices to one recipient, heard of together, become one mail that lists them.

After an absence everything that was missed is found within moments: a hundred mails about what nobody can change any
more would hide the one that matters. Each notice is on record all the same, with the delivery that says it instead.
Limits: what came in one batch is folded, so a long absence may lead to a few such mails; endpoints hear of each event.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from gongdan.notifier.domain.audience import Want
from gongdan.shared.contracts.sla import DeadlineBreached, DeadlineWarned, EscalationReached

LATE = (DeadlineWarned, DeadlineBreached, EscalationReached)


def fold(wants: Iterable[Want]) -> list[Want]:
    """The wants in their order; before the first of several late ones to a recipient, the one that says them all."""
    given = list(wants)
    late: dict[str, list[Want]] = {}
    for want in given:
        if _is_late(want):
            late.setdefault(want.recipient, []).append(want)
    together = {recipient: _summary(found) for recipient, found in late.items() if len(found) > 1}
    return [one for want in given for one in _folded(want, together.get(want.recipient) if _is_late(want) else None)]


def _is_late(want: Want) -> bool:
    data = want.cause.data
    return want.channel == "email" and not want.suppressed and isinstance(data, LATE) and data.late_detected


def _summary(found: list[Want]) -> Want:
    by = tuple(dict.fromkeys(decided for want in found for decided in want.decided_by))
    return replace(found[0], purpose="late_summary", decided_by=by, folds=tuple(found))


def _folded(want: Want, summary: Want | None) -> Iterator[Want]:
    if summary is None:
        yield want
        return
    if want is summary.folds[0]:
        yield summary
    yield replace(want, suppressed="folded", into=summary.id)
