"""What a requester says on the portal: a command in form, but it comes in as their mails do.

It opens again what was resolved, or another ticket, by the same rules. Limits: it has passed the rights before.
"""

from gongdan.router.domain.decision import Arrival, Order
from gongdan.shared.contracts.messages import MessageReceived, Person, Reply, Thread
from gongdan.shared.contracts.tickets import TicketSnapshot


def is_answer(order: Order) -> bool:
    """Whether a command is what a contact says on a ticket."""
    return order.actor.kind == "contact" and isinstance(order.received.command, Reply)


def answer_of(ticket: TicketSnapshot, order: Order) -> Arrival | None:
    """The message that a command on this ticket is; None when it is no reply of a contact."""
    received, command = order.received, order.received.command
    if not isinstance(command, Reply) or not is_answer(order):
        return None
    message = MessageReceived(
        message_id=received.message_id,
        channel="api",
        source="api",
        external_id=str(received.message_id),
        conversation_key="",
        workspace=ticket.workspace,
        requester=_contact(ticket, order.actor.id),
        subject=ticket.subject,
        text=command.text,
        reply_text=command.text,
        attachments=command.attachments,
        thread=Thread(ticket_number=ticket.number),
    )
    return Arrival(message, "Reply", order.actor, order.at)


def _contact(ticket: TicketSnapshot, key: str) -> Person:
    return ticket.requester if ticket.requester.key == key else Person(email=key.removeprefix("email:"))
