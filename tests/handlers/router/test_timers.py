"""Timers that router asked for fire: what they were asked for happens, once."""

from dataclasses import replace
from datetime import timedelta

from gongdan.shared.contracts.envelope import Actor, Envelope, Mode
from gongdan.shared.contracts.messages import Snooze, Transition
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.sla import TimerFired
from gongdan.shared.contracts.tickets import TimerSet
from gongdan.shared.ids import derived_id
from tests.handlers.router.world import World, payload_of
from tests.unit.router.given import NOON, catalog, command, definition, message

WEEK = timedelta(days=7)
CLOSES = definition("Workspace", "support", {"team": "support", "auto_close": {"after": "7d"}}, version=5)


async def asked(router: World, what: Snooze | Transition, name: str = "c1") -> Event:
    """The answer to the timer that a command leads to, as sla-timer says it."""
    rows = await router.rows(command(what, name=name))
    (row,) = (one for one in rows if one.type == "TimerSet")
    timer = payload_of(row)
    assert isinstance(timer, TimerSet)
    due = timer.due_at or NOON + WEEK
    fired = TimerFired(
        ticket_id=timer.ticket.id,
        ticket=timer.ticket.number,
        purpose=timer.purpose,
        due_at=due,
        name=timer.name,
        set_by=row.id,
        data=timer.data,
    )
    envelope = Envelope(
        id=derived_id("timer-fired", row.id, timer.name),
        type="TimerFired",
        source="gongdan.sla-timer",
        subject=fired.ticket,
        occurred_at=due,
        recorded_at=due,
        actor=Actor("system", "sla-timer"),
        correlation_id=derived_id("test", "correlation"),
        causation_id=row.id,
    )
    return Event(envelope, fired, str(fired.ticket_id))


async def heard(router: World, *events: Event) -> list[str]:
    """The types of what router says to these."""
    async with router.db.transaction() as unit:
        await router.handlers.on_events(unit, events)
        return [row.type for row in unit.rows]


async def test_a_resolved_ticket_closes_when_its_timer_fires_and_only_then(router: World) -> None:
    router.definitions.current = catalog(CLOSES)
    await router.receive(message())
    answer = await asked(router, Transition(to="resolved"))
    assert await heard(router, answer) == ["StatusChanged"]
    rows = await router.all("SELECT headers FROM outbox WHERE type = 'StatusChanged'")
    headers = max((dict(row.headers) for row in rows), key=lambda one: int(one["ce_sequence"]))
    assert headers["ce_causationid"] == str(answer.envelope.id)
    assert '"version":5' in headers["ce_decidedby"]
    assert await heard(router, answer) == []


async def test_a_message_that_came_first_wins_over_the_timer(router: World) -> None:
    router.definitions.current = catalog(CLOSES)
    await router.receive(message())
    answer = await asked(router, Transition(to="resolved"))
    await router.receive(message("m2", conversation_key="email:support:m1"))
    assert await heard(router, answer) == []
    await router.receive(command(Transition(to="resolved"), name="c9"))
    assert await heard(router, answer) == []


async def test_a_snoozed_ticket_wakes_once_however_often_its_time_is_told(router: World) -> None:
    await router.receive(message())
    answer = await asked(router, Snooze(until=NOON + WEEK))
    again = replace(answer, envelope=replace(answer.envelope, id=derived_id("test", "again")))
    assert await heard(router, answer, again) == ["TicketWoken"]
    (row,) = await router.all("SELECT state ->> 'snoozed_until' AS until FROM tickets")
    assert row.until is None


async def test_a_timer_that_a_lost_service_heard_of_again_in_a_replay_still_counts(router: World) -> None:
    await router.receive(message())
    answer = await asked(router, Snooze(until=NOON + WEEK))
    replayed = replace(answer, envelope=replace(answer.envelope, mode=Mode.REPLAY))
    assert await heard(router, replayed) == ["TicketWoken"]
    (row,) = await router.all("SELECT headers FROM outbox WHERE type = 'TicketWoken'")
    assert dict(row.headers)["ce_mode"] == "replay"


async def test_timers_of_others_and_of_tickets_that_are_not_here_are_passed_over(router: World) -> None:
    await router.receive(message())
    answer = await asked(router, Snooze(until=NOON + WEEK))
    fired = answer.data
    assert isinstance(fired, TimerFired)
    others = replace(answer, data=fired.model_copy(update={"name": "process/step-1", "purpose": "process"}))
    elsewhere = replace(answer, data=fired.model_copy(update={"ticket": "GD-99"}))
    assert await heard(router, others, elsewhere) == []
