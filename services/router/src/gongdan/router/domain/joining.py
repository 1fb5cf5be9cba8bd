"""How a message joins a ticket that is there, and what that does to the ticket's state.

A person's message wakes a ticket that waits, is snoozed or resolved; automatic mail never does, nor does thanks for
what is resolved. Bounces and complaints are internal notes. A recovery resolves; what came out on another channel (a
call made) is work begun.
"""

from collections.abc import Iterable
from datetime import datetime

from gongdan.router.domain import timers
from gongdan.router.domain.decision import Applied, Arrival, Draft, after, applied
from gongdan.router.domain.policy import Policy
from gongdan.router.domain.snoozing import woken
from gongdan.router.domain.thanks import only_thanks
from gongdan.router.domain.workflow import DEFAULT, FINISHED
from gongdan.shared.contracts.messages import Automatic, MessageReceived, Person
from gongdan.shared.contracts.tickets import MessageAdded, StatusChanged, TicketSnapshot, Visibility

THANKED = "says thanks and nothing else, so the ticket stays resolved"


def join(ticket: TicketSnapshot, arrival: Arrival, policy: Policy) -> Applied:
    """Add a message to a ticket, and move the ticket where that is due."""
    joined = added(ticket, arrival)
    if is_said_thanks(ticket, arrival.message, policy):
        thanked = joined.model_copy(update={"warnings": (*joined.warnings, THANKED)})
        return applied("joined", arrival.rule, ticket, (Draft(thanked),))
    moves = _moved(joined.ticket, arrival.message, arrival.at)
    return applied("joined", arrival.rule, ticket, (Draft(joined), *moves))


def is_said_thanks(ticket: TicketSnapshot, message: MessageReceived, policy: Policy) -> bool:
    """Whether a message is thanks and nothing else for what is resolved, in a workspace that leaves it so."""
    if message.direction == "out" or message.closes or message.attachments:
        return False
    text = message.reply_text or message.text
    return ticket.status_category == "resolved" and policy.spec.reopen.thanks == "stay" and only_thanks(text)


def added(ticket: TicketSnapshot, arrival: Arrival) -> MessageAdded:
    """The event that adds a received message to a ticket."""
    message = arrival.message
    return MessageAdded(
        ticket=after(ticket, arrival.at),
        rule=arrival.rule,
        message_id=message.message_id,
        direction=message.direction,
        visibility=_visibility(message),
        channel=message.channel,
        author=message.requester if message.direction == "in" else Person(id=arrival.actor.id),
        subject=message.subject,
        text=message.text,
        reply_text=message.reply_text,
        html=message.html,
        attachments=message.attachments,
        automatic=message.automatic,
        mail=message.mail,
        cc=message.cc,
        warnings=message.warnings,
        bounce=message.bounce,
    )


def _visibility(message: MessageReceived) -> Visibility:
    # What is public and goes out is sent by notifier; notes of a call we made must stay inside.
    about_mails = message.automatic in (Automatic.BOUNCE, Automatic.COMPLAINT)
    call_made = message.channel == "call" and message.direction == "out"
    return "internal" if about_mails or call_made else "public"


def moved(ticket: TicketSnapshot, to: str, at: datetime, rule: str, comment: str | None = None) -> StatusChanged:
    """The event that moves a ticket to another state; whether that is legal was asked before.

    What is finished is not snoozed any more.
    """
    category = DEFAULT.states[to]
    until = None if category in FINISHED else ticket.snoozed_until
    changes = {"snoozed_until": until, "timers": timers.kept(ticket, category)}
    return StatusChanged(
        ticket=after(ticket, at, status=to, status_category=category, **changes),
        rule=rule,
        old=ticket.status,
        new=to,
        old_category=ticket.status_category,
        new_category=category,
        comment=comment,
    )


def _moved(ticket: TicketSnapshot, message: MessageReceived, at: datetime) -> Iterable[Draft]:
    category = ticket.status_category
    if message.closes:
        if category not in FINISHED:
            yield Draft(moved(ticket, DEFAULT.resolved, at, "recovery"))
    elif message.direction == "out":
        if category == "new":
            yield Draft(moved(ticket, DEFAULT.opened, at, "first_answer"))
    elif message.automatic is Automatic.NO:
        yield from _heard(ticket, at)


def _heard(ticket: TicketSnapshot, at: datetime) -> tuple[Draft, ...]:
    """What a person's message does to a ticket: it comes back from wherever it was put."""
    back = woken(ticket, at, "new_message")
    ticket = back[-1].payload.ticket if back else ticket
    if ticket.status_category not in {"waiting", "resolved"}:
        return back
    return (*back, Draft(moved(ticket, DEFAULT.opened, at, "new_message")))
