"""A time has come: clocks say what is due, and timers that were asked for fire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from gongdan.shared import metrics
from gongdan.shared.clock import Clock as Time
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Transaction
from gongdan.sla_timer.domain.announce import Moment, announce
from gongdan.sla_timer.domain.book import advance
from gongdan.sla_timer.domain.changes import Breached, Escalated, Threshold
from gongdan.sla_timer.domain.due import due_by
from gongdan.sla_timer.domain.timers import Timer, fired
from gongdan.sla_timer.handlers.following import timed
from gongdan.sla_timer.ports import BookStore, DueClock, PolicySource, Timed, TimerStore


@dataclass(frozen=True, slots=True)
class Firing:
    """Says what is due. `late_after`: what is said later than this after its time is marked as late."""

    books: BookStore
    timers: TimerStore
    policies: PolicySource
    clock: Time
    late_after: timedelta

    async def on_clocks(self, unit: Transaction, due: Sequence[DueClock]) -> None:
        """Something may be due on these clocks: what is, is said; what is not, is timed anew."""
        moment = Moment(self.clock.now(), self.late_after)
        said: list[Event] = []
        after = [self._look(one, moment, said) for one in due]
        await self.books.fired(unit, after)
        unit.emit(*said)

    def _look(self, one: DueClock, moment: Moment, said: list[Event]) -> Timed:
        calendars = self.policies.calendars
        clock = one.clock
        for step in advance(clock, due_by(clock, moment.now, calendars), calendars):
            clock = step.clock
            event = announce(step, one.ticket, one.cause, moment)
            if event:
                said.append(event)
                _count(step.change, moment)
        return timed(clock, self.policies)

    async def on_timers(self, unit: Transaction, due: Sequence[Timer]) -> None:
        """These timers are due: say so to whoever asked."""
        moment = Moment(self.clock.now(), self.late_after)
        await self.timers.drop(unit, due)
        unit.emit(*fired(due, moment))
        for timer in due:
            metrics.TIMERS_FIRED.labels("timer").inc()
            metrics.TIMER_LATENESS.observe((moment.now - timer.due_at).total_seconds())


def _count(change: object, moment: Moment) -> None:
    if not isinstance(change, Threshold):
        return
    kinds = {Breached: "breach", Escalated: "escalation"}
    metrics.TIMERS_FIRED.labels(kinds.get(type(change), "warning")).inc()
    metrics.TIMER_LATENESS.observe((moment.now - change.at).total_seconds())
