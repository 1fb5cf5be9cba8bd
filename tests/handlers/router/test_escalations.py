"""Escalations that sla-timer says change tickets that router keeps."""

from gongdan.shared.contracts.envelope import Actor, DecidedBy, Envelope, Mode
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import PriorityChanged
from gongdan.shared.ids import derived_id
from tests.handlers.router.world import World
from tests.unit.router.given import NOON, message
from tests.unit.router.test_escalating import reached


def escalation(ticket: str, mode: Mode = Mode.LIVE) -> Event:
    """A level that raises the priority."""
    data = reached({"raise_priority": 1}).model_copy(update={"ticket": ticket})
    envelope = Envelope(
        id=derived_id("test-escalation", ticket, mode),
        type="EscalationReached",
        source="gongdan.sla-timer",
        subject=ticket,
        occurred_at=NOON,
        recorded_at=NOON,
        actor=Actor("system", "sla-timer"),
        correlation_id=derived_id("test-escalation", "message"),
        decided_by=(DecidedBy("SlaPolicy", "gold", 3),),
        mode=mode,
    )
    return Event(envelope, data, str(data.ticket_id))


async def heard(router: World, *events: Event) -> list[str]:
    """The types of what router says to these."""
    async with router.db.transaction() as unit:
        await router.handlers.on_events(unit, events)
        return [row.type for row in unit.rows]


async def test_an_escalation_raises_the_priority_once_and_says_what_caused_it(router: World) -> None:
    await router.receive(message())
    event = escalation("GD-1")
    assert await heard(router, event) == ["PriorityChanged"]
    (row,) = await router.all("SELECT payload, headers FROM outbox WHERE type = 'PriorityChanged'")
    headers = dict(row.headers)
    assert PriorityChanged.model_validate_json(row.payload).new == "high"
    assert (headers["ce_causationid"], headers["ce_actor"]) == (str(event.envelope.id), "rule:gold")
    assert headers["ce_correlationid"] == str(event.envelope.correlation_id)


async def test_escalations_of_unknown_tickets_and_those_that_are_replayed_change_nothing(router: World) -> None:
    await router.receive(message())
    assert await heard(router, escalation("GD-99"), escalation("GD-1", Mode.REPLAY)) == []


async def test_messages_and_escalations_of_one_batch_both_take_effect(router: World) -> None:
    await router.receive(message())
    await router.close("GD-1")
    await router.receive(message("m2", conversation_key="email:support:m2"))
    assert await heard(router, escalation("GD-2"), escalation("GD-1")) == ["PriorityChanged"]
