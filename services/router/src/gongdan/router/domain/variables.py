"""What conditions see of a ticket and its message: plain data, each part under its own name.

The names and types are RoutingRule's VARIABLES, and the fields that the workspace's forms give; only what some rule
looks at is made. Limit: of a text, rules see the first TEXT_SHOWN characters.
"""

from collections.abc import Callable, Mapping

from gongdan.shared.contracts.messages import MessageReceived, Person
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.field_types import field_values

TEXT_SHOWN = 20_000

READERS: dict[str, Callable[[TicketSnapshot, MessageReceived], object]] = {
    "ticket.number": lambda ticket, _: ticket.number,
    "ticket.workspace": lambda ticket, _: ticket.workspace,
    "ticket.channel": lambda ticket, _: ticket.channel,
    "ticket.subject": lambda ticket, _: ticket.subject,
    "ticket.status": lambda ticket, _: ticket.status,
    "ticket.status_category": lambda ticket, _: ticket.status_category,
    "ticket.priority": lambda ticket, _: ticket.priority,
    "ticket.category": lambda ticket, _: ticket.category,
    "ticket.team": lambda ticket, _: ticket.team,
    "ticket.assignee": lambda ticket, _: ticket.assignee,
    "ticket.requester": lambda ticket, _: person(ticket.requester),
    "ticket.tags": lambda ticket, _: list(ticket.tags),
    "ticket.fields": lambda ticket, _: ticket.fields,
    "ticket.follow_up_of": lambda ticket, _: ticket.follow_up_of,
    "ticket.form": lambda ticket, _: ticket.form,
    "ticket.tier": lambda ticket, _: ticket.tier,
    "ticket.organisation.tier": lambda ticket, _: ticket.tier,
    "message.channel": lambda _, message: message.channel,
    "message.source": lambda _, message: message.source,
    "message.direction": lambda _, message: message.direction,
    "message.subject": lambda _, message: message.subject,
    "message.text": lambda _, message: message.text[:TEXT_SHOWN],
    "message.reply_text": lambda _, message: message.reply_text[:TEXT_SHOWN],
    "message.content": lambda _, message: f"{message.subject}\n{message.text[:TEXT_SHOWN]}".lower(),
    "message.requester": lambda _, message: person(message.requester),
    "message.to": lambda _, message: [one.email for one in message.to if one.email],
    "message.cc": lambda _, message: [one.email for one in message.cc if one.email],
    "message.attachments": lambda _, message: len(message.attachments),
    "message.fields": lambda _, message: message.fields,
    "message.priority": lambda _, message: message.priority,
    "message.automatic": lambda _, message: message.automatic.value,
    "message.verified": lambda _, message: message.verified,
    "now": lambda ticket, _: ticket.updated_at,
}


def variables(types: Mapping[str, str], ticket: TicketSnapshot, message: MessageReceived) -> dict[str, object]:
    """The named variables, each of its type."""
    own = {name: READERS[name](ticket, message) for name in types if name in READERS}
    return {**own, **field_values(types, ticket.fields)}


def person(who: Person) -> dict[str, object]:
    """A person as conditions see one."""
    return {"name": who.name, "email": who.email, "phone": who.phone, "id": who.id}
