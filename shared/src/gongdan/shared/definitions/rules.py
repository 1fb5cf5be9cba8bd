"""RoutingRule: one step of the ordered chain that decides category, priority and team."""

from typing import Annotated

from pydantic import AfterValidator

from gongdan.shared.contracts.messages import Priority
from gongdan.shared.definitions import conditions
from gongdan.shared.definitions.base import Name, Strict

# What a condition can look at, each with its type, so that a misspelt or misused one is refused when a rule is
# applied. `dyn` ones are null where there is none; `message.content` is subject and text in lower case, in which
# words are found by contains(), which costs a fiftieth of matches().
VARIABLES = {
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


class Effect(Strict):
    """One thing a rule does; exactly the fields that are set take effect."""

    set_priority: Priority | None = None
    set_category: Name | None = None
    assign_team: Name | None = None
    add_tags: list[str] = []


class RoutingRule(Strict):
    """`spec` of kind RoutingRule. `when` is CEL over VARIABLES; lower `order` is asked first."""

    order: int = 100
    when: Annotated[str, AfterValidator(conditions.condition_over(VARIABLES))] = "true"
    then: list[Effect]
    stop: bool = False
