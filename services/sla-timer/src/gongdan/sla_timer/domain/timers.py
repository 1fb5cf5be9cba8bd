"""Timers that others ask for: "tell me when it is time". What an event of a ticket changes in them, and the answer.

A timer is identified by its ticket and name: the same name again replaces it. It is dropped when asked for, when its
ticket is merged or deleted, or leaves the categories of states in which it is to fire. A request that cannot be
timed is refused with a reason, and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from uuid import UUID

from pydantic import JsonValue

from gongdan.shared.contracts.envelope import Envelope, Mode
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.tickets import StatusCategory, TicketEvent, TimerDropped, TimerSet
from gongdan.shared.definitions.spans import parse_span
from gongdan.shared.ids import derived_id
from gongdan.sla_timer.domain.announce import ACTOR, SOURCE, Moment
from gongdan.sla_timer.domain.facts import Fact
from gongdan.sla_timer.domain.times import ALL_HOURS, Calendars


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """One timer. `set_by` is the event that asked for it; `only_in` empty: whatever the ticket's state."""

    id: UUID
    ticket_id: UUID
    ticket: str
    workspace: str
    name: str
    purpose: str
    due_at: datetime
    set_by: UUID
    correlation_id: UUID
    mode: Mode = Mode.LIVE
    only_in: tuple[StatusCategory, ...] = ()
    data: dict[str, JsonValue] = field(default_factory=dict)


@dataclass(slots=True)
class TimerChanges:
    """What a batch of events changes: timers dropped by id, by ticket, by a category their ticket was in; those set."""

    dropped: set[UUID] = field(default_factory=set)
    gone: set[UUID] = field(default_factory=set)
    been_in: dict[UUID, set[StatusCategory]] = field(default_factory=dict)
    new: dict[UUID, Timer] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.dropped or self.gone or self.been_in or self.new)

    def hear(self, fact: Fact, envelope: Envelope, data: TicketEvent, calendars: Calendars) -> str:
        """Take an event in, in its order. Returns why a timer that it asks for is refused, else nothing."""
        self._moved(fact)
        kind = type(data)
        if kind is TimerSet:
            return self._set(fact, envelope, cast("TimerSet", data), calendars)
        if kind is TimerDropped:
            self._drop(timer_id(fact.ticket.id, cast("TimerDropped", data).name))
        return ""

    def _moved(self, fact: Fact) -> None:
        ticket, category = fact.ticket.id, fact.ticket.status_category
        for timer in [one for one in self.new.values() if one.ticket_id == ticket] if self.new else ():
            if fact.gone or (timer.only_in and category not in timer.only_in):
                self._drop(timer.id)
        if fact.gone:
            self.gone.add(ticket)
        elif f"category:{category}" in fact.tokens:
            self.been_in.setdefault(ticket, set()).add(category)

    def _drop(self, timer: UUID) -> None:
        self.new.pop(timer, None)
        self.dropped.add(timer)

    def _set(self, fact: Fact, envelope: Envelope, asked: TimerSet, calendars: Calendars) -> str:
        try:
            due_at = asked.due_at or _after(fact, asked, calendars)
        except (ValueError, OverflowError) as error:
            return str(error)
        if asked.only_in and fact.ticket.status_category not in asked.only_in:
            return f"the ticket is {fact.ticket.status_category}, and the timer is to fire in {asked.only_in} only"
        timer = _timer(fact, envelope, asked, due_at)
        self.new[timer.id] = timer
        return ""


def timer_id(ticket_id: UUID, name: str) -> UUID:
    """The id of a ticket's timer of that name."""
    return derived_id("timer", ticket_id, name.replace("\x00", ""))


def _after(fact: Fact, asked: TimerSet, calendars: Calendars) -> datetime:
    if asked.after is None:
        raise ValueError("neither due_at nor after is given")
    span = parse_span(asked.after)
    counted = bool(asked.calendar or span.working_days)
    calendar = calendars.named(f"{fact.ticket.workspace}/{asked.calendar or ''}" if counted else ALL_HOURS)
    return calendar.add(fact.at, span.working_days * calendar.working_day + span.time)


def _timer(fact: Fact, envelope: Envelope, asked: TimerSet, due_at: datetime) -> Timer:
    return Timer(
        id=timer_id(fact.ticket.id, asked.name),
        ticket_id=fact.ticket.id,
        ticket=fact.ticket.number,
        workspace=fact.ticket.workspace,
        name=asked.name,
        purpose=asked.purpose,
        due_at=due_at,
        set_by=envelope.id,
        correlation_id=envelope.correlation_id,
        mode=envelope.mode,
        only_in=asked.only_in,
        data=asked.data,
    )


def fired(timers: Sequence[Timer], moment: Moment) -> list[Event]:
    """The answers, one a timer, each under an id that follows from who asked."""
    return [_fired(timer, moment) for timer in timers]


def _fired(timer: Timer, moment: Moment) -> Event:
    data = TimerFired(
        ticket_id=timer.ticket_id,
        ticket=timer.ticket,
        workspace=timer.workspace,
        name=timer.name,
        purpose=timer.purpose,
        due_at=timer.due_at,
        set_by=timer.set_by,
        data=timer.data,
        late_detected=moment.late(timer.due_at),
    )
    envelope = Envelope(
        id=derived_id("timer-fired", timer.set_by, timer.name.replace("\x00", "")),
        type="TimerFired",
        source=SOURCE,
        subject=timer.ticket,
        occurred_at=timer.due_at,
        recorded_at=moment.now,
        actor=ACTOR,
        correlation_id=timer.correlation_id,
        causation_id=timer.set_by,
        mode=timer.mode,
    )
    return Event(envelope, data, str(timer.ticket_id))
