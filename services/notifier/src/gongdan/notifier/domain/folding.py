"""Late notices to one recipient become one mail that lists them, whichever batches they came in.

After an absence everything that was missed is found within moments: a hundred mails about what nobody can change any
more would hide the one that matters. So a late notice waits until its recipient has had no further one for QUIET, and
for LONGEST at most. Each notice is on record all the same, with the delivery that says it instead. Limits: one mail
says up to MOST_FOLDED; endpoints hear of each event, at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from gongdan.notifier.domain.audience import Want
from gongdan.shared.contracts.sla import ClockEvent, DeadlineBreached, DeadlineWarned, EscalationReached

LATE = (DeadlineWarned, DeadlineBreached, EscalationReached)
LATE_AFTER = timedelta(minutes=1)
QUIET = timedelta(seconds=5)
LONGEST = timedelta(minutes=2)
MOST_FOLDED = 5_000


def is_late(want: Want, now: datetime) -> bool:
    """Whether a notice tells by mail what was missed: sla-timer was away, or what it said has waited for us."""
    data = want.cause.data
    if want.channel != "email" or want.suppressed or not isinstance(data, LATE):
        return False
    return data.late_detected or now - want.cause.envelope.occurred_at > LATE_AFTER


def fold(late: Sequence[Want]) -> list[Want]:
    """Late notices to one recipient, told together: the one that says them all, then each, suppressed by it.

    A single one stays what it is.
    """
    if len(late) < 2:
        return list(late)
    by = tuple(dict.fromkeys(decided for want in late for decided in want.decided_by))
    summary = replace(late[0], purpose="late_summary", decided_by=by, folds=tuple(late))
    return [summary, *(replace(want, suppressed="folded", into=summary.id) for want in late)]


def once_each(wants: Iterable[Want]) -> list[Want]:
    """The wants without breaches whose escalation goes to the same recipient: they are one notice."""
    given = list(wants)
    escalated = {_clock_of(want) for want in given if want.purpose == "escalation"}
    return [want for want in given if want.purpose != "breach" or _clock_of(want) not in escalated]


def _clock_of(want: Want) -> tuple[object, ...]:
    """Who hears of which clock."""
    data = want.cause.data
    clock = (data.clock, data.cycle) if isinstance(data, ClockEvent) else ()
    return want.recipient, want.about.ticket_id, clock
