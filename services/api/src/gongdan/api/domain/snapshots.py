"""How a ticket, a clock or a delivery stands after an event, as rows."""

import orjson

from gongdan.api.domain.numbers import number_value
from gongdan.api.domain.rows import ClockRow, DeliveryRow, Json, TicketRow
from gongdan.api.domain.texts import storable
from gongdan.shared.contracts.deliveries import DeliveryEvent, DeliveryFailed, DeliverySuppressed
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import PRIORITIES
from gongdan.shared.contracts.sla import ClockEvent, ClockMet
from gongdan.shared.contracts.tickets import TicketSnapshot

CLOCK_LIFE = (
    "ClockStarted",
    "ClockPaused",
    "ClockResumed",
    "ClockRetargeted",
    "DeadlineWarned",
    "DeadlineBreached",
    "EscalationReached",
    "ClockMet",
    "ClockCancelled",
)
DELIVERY_LIFE = ("DeliveryQueued", "DeliveryFailed", "DeliverySuppressed", "DeliverySent")
CLOCK_RANKS = {name: rank for rank, name in enumerate(CLOCK_LIFE)}
DELIVERY_RANKS = {name: rank for rank, name in enumerate(DELIVERY_LIFE)}
PRIORITY_RANKS = {name: rank for rank, name in enumerate(PRIORITIES)}


def ticket_row(ticket: TicketSnapshot) -> TicketRow:
    """A ticket at one version."""
    return TicketRow(
        ticket_id=ticket.id,
        number=ticket.number,
        number_value=number_value(ticket.number),
        version=ticket.version,
        workspace=ticket.workspace,
        channel=ticket.channel,
        subject=storable(ticket.subject),
        status=ticket.status,
        status_category=ticket.status_category,
        priority=ticket.priority,
        priority_rank=PRIORITY_RANKS[ticket.priority],
        category=ticket.category,
        team=ticket.team,
        assignee=ticket.assignee,
        follow_up_of=ticket.follow_up_of,
        form=storable(ticket.form) if ticket.form else None,
        tier=ticket.tier,
        snoozed_until=ticket.snoozed_until,
        requester=Json(ticket.requester.model_dump_json(exclude_none=True)),
        requester_key=storable(ticket.requester.key),
        tags=Json(orjson.dumps(ticket.tags).decode() if ticket.tags else "[]"),
        fields=Json(orjson.dumps(ticket.fields).decode() if ticket.fields else "{}"),
        created_at=ticket.created_at,
        updated_at=ticket.updated_at,
    )


def clock_row(envelope: Envelope, clock: ClockEvent) -> ClockRow:
    """A clock after one of its events."""
    return ClockRow(
        ticket_id=clock.ticket_id,
        metric=clock.clock,
        cycle=clock.cycle,
        state=clock.state,
        policy=clock.policy,
        policy_version=clock.policy_version,
        target_seconds=clock.target_seconds,
        elapsed_seconds=clock.elapsed_seconds,
        due_at=clock.due_at,
        late=clock.late if isinstance(clock, ClockMet) else None,
        recorded_at=envelope.recorded_at,
        rank=CLOCK_RANKS.get(envelope.type, 0),
        event_id=envelope.id,
    )


def delivery_row(envelope: Envelope, delivery: DeliveryEvent) -> DeliveryRow:
    """A delivery after one of its events."""
    failed = delivery if isinstance(delivery, DeliveryFailed) else None
    return DeliveryRow(
        delivery_id=delivery.delivery_id,
        ticket_id=delivery.ticket_id,
        cause_id=delivery.cause_id,
        channel=delivery.channel,
        purpose=delivery.purpose,
        recipient=storable(delivery.recipient),
        message_id=delivery.message_id,
        mail_message_id=delivery.mail_message_id,
        state=envelope.type.removeprefix("Delivery").lower(),
        attempt=delivery.attempt,
        detail=_detail(delivery),
        next_attempt_at=failed.next_attempt_at if failed else None,
        recorded_at=envelope.recorded_at,
        rank=DELIVERY_RANKS.get(envelope.type, 0),
        event_id=envelope.id,
    )


def _detail(delivery: DeliveryEvent) -> str | None:
    match delivery:
        case DeliveryFailed(error=text) | DeliverySuppressed(reason=text):
            return storable(text)
    return None
