"""Tickets, messages and people as conditions see them: plain data without times, which CEL takes only by themselves.

Limit: of a message's text, rules see the first TEXT_SHOWN characters.
"""

from gongdan.shared.contracts.messages import MessageReceived, Person
from gongdan.shared.contracts.tickets import TicketSnapshot

TEXT_SHOWN = 20_000


def ticket_variable(ticket: TicketSnapshot) -> dict[str, object]:
    """`ticket` as conditions see it."""
    return {
        "number": ticket.number,
        "workspace": ticket.workspace,
        "channel": ticket.channel,
        "subject": ticket.subject,
        "status": ticket.status,
        "status_category": ticket.status_category,
        "priority": ticket.priority,
        "category": ticket.category,
        "team": ticket.team,
        "assignee": ticket.assignee,
        "requester": person_variable(ticket.requester),
        "tags": list(ticket.tags),
        "fields": ticket.fields,
        "follow_up_of": ticket.follow_up_of,
    }


def message_variable(message: MessageReceived) -> dict[str, object]:
    """`message` as conditions see it."""
    return {
        "channel": message.channel,
        "source": message.source,
        "direction": message.direction,
        "subject": message.subject,
        "text": message.text[:TEXT_SHOWN],
        "reply_text": message.reply_text[:TEXT_SHOWN],
        "requester": person_variable(message.requester),
        "to": [person.email for person in message.to if person.email],
        "cc": [person.email for person in message.cc if person.email],
        "attachments": len(message.attachments),
        "fields": message.fields,
        "priority": message.priority,
        "automatic": message.automatic.value,
        "verified": message.verified,
    }


def person_variable(person: Person) -> dict[str, object]:
    """A person as conditions see one."""
    return {"name": person.name, "email": person.email, "phone": person.phone, "id": person.id}
