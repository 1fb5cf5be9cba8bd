"""What conditions and expressions can look at, by place, each variable with its type.

A misspelt or misused one is refused when a definition is applied. `dyn` ones are null where there is none.
`ticket.organisation.tier`, in short `ticket.tier`, is that of the requester's Organisation when the ticket was opened;
`ticket.form` is the Form that it was opened with. In the scope of a role `ticket.organisation` and
`actor.organisation` are mail domains. `message.content` is subject and text in lower case, in which words are found by
contains(), which costs a fiftieth of matches(). A ticket's own fields are under `ticket.fields`; those that the forms
of a workspace give are `fields.<name>` as well, each with its type (`field_types`).
"""

from collections.abc import Mapping
from typing import Literal

TICKET: Mapping[str, str] = {
    "ticket.number": "string",
    "ticket.workspace": "string",
    "ticket.channel": "string",
    "ticket.subject": "string",
    "ticket.status": "string",
    "ticket.status_category": "string",
    "ticket.priority": "string",
    "ticket.category": "dyn",
    "ticket.team": "dyn",
    "ticket.assignee": "dyn",
    "ticket.requester": "map",
    "ticket.tags": "list",
    "ticket.fields": "map",
    "ticket.follow_up_of": "dyn",
    "ticket.form": "dyn",
    "ticket.tier": "dyn",
    "ticket.organisation.tier": "dyn",
}
# The attribute of a ticket that each of them shows.
ATTRIBUTES: Mapping[str, str] = {name: name.rpartition(".")[2] for name in TICKET}
MESSAGE: Mapping[str, str] = {
    "message.channel": "string",
    "message.source": "string",
    "message.direction": "string",
    "message.subject": "string",
    "message.text": "string",
    "message.reply_text": "string",
    "message.content": "string",
    "message.requester": "map",
    "message.to": "list",
    "message.cc": "list",
    "message.attachments": "int",
    "message.fields": "map",
    "message.priority": "dyn",
    "message.automatic": "string",
    "message.verified": "bool",
}

ACCESS: Mapping[str, str] = {
    **TICKET,
    "ticket.organisation": "dyn",
    "actor.kind": "string",
    "actor.id": "string",
    "actor.email": "string",
    "actor.organisation": "string",
    "actor.source": "string",
    "actor.teams": "list",
    "actor.roles": "list",
}

# When the ticket was last changed, by the time of what changed it: the same whenever it is decided again.
NOW: Mapping[str, str] = {"now": "timestamp"}

Place = Literal["ticket", "message", "event", "process", "access", "source", "answer"]
PLACES: Mapping[Place, Mapping[str, str]] = {
    "ticket": {**TICKET, **NOW},
    "message": {**TICKET, **MESSAGE, **NOW},
    "event": {**TICKET, "event": "dyn", **NOW},
    "process": {**TICKET, **NOW},
    "access": ACCESS,
    "source": {"body": "dyn", "headers": "dyn", "query": "dyn", "item": "dyn"},
    "answer": {"body": "dyn", "headers": "dyn", "status": "int"},
}
