"""What an agent asks for: one function per command; each returns what happens, or why it cannot and the cure."""

from dataclasses import replace

from gongdan.router.domain.answering import answer_of, is_answer
from gongdan.router.domain.arriving import arrive
from gongdan.router.domain.asked import Asked
from gongdan.router.domain.assigning import assign
from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import Arrival, Decision, Order, Rejected, after
from gongdan.router.domain.joining import moved
from gongdan.router.domain.snoozing import snooze
from gongdan.router.domain.workflow import DEFAULT
from gongdan.shared.access.actions import WRITES
from gongdan.shared.access.rights import may
from gongdan.shared.contracts.messages import (
    AddNote,
    Assign,
    Person,
    Reply,
    SetPriority,
    Snooze,
    Transition,
)
from gongdan.shared.contracts.tickets import (
    MessageAdded,
    PriorityChanged,
    TicketSnapshot,
    Visibility,
)

CLOSED_CURE = "a closed ticket stays as it is; a new message of the requester opens a follow-up"


def decide_command(ticket: TicketSnapshot | None, order: Order, around: Circumstances) -> Decision:
    """What becomes of a command. `ticket` None: there is none of that number."""
    received = order.received
    # A ticket that somebody may not see is to them as if there were none.
    if ticket is None or not around.rights.sight(ticket).seen:
        detail = f"there is no ticket {received.ticket!r}; name it by its number, for instance GD-1"
        return Rejected("unknown-ticket", detail, "ticket", unseen=ticket.number if ticket else None)
    asked = Asked(ticket, order, around)
    if forbidden := _not_allowed(asked):
        return forbidden
    if received.expected_version not in (None, ticket.version):
        detail = f"the ticket is at version {ticket.version}, not {received.expected_version}; look at it and ask again"
        return asked.refused("version-conflict", detail, "expected_version")
    return _decide(asked)


def _not_allowed(asked: Asked) -> Rejected | None:
    command = asked.order.received.command
    parts = WRITES.get(command.command, {})
    written = {part: name for part, name in parts.items() if getattr(command, part) is not None}
    verdict = may(asked.around.rights, command.command, asked.ticket, written.values())
    if verdict.allowed:
        return None
    return asked.refused("not-allowed", verdict.why, next(iter(written), "command"))


def _decide(asked: Asked) -> Decision:
    command = asked.order.received.command
    if asked.ticket.status_category == "closed" and _changes(asked):
        return asked.refused("ticket-closed", CLOSED_CURE, "ticket")
    match command:
        case Reply():
            return _reply(asked, command)
        case AddNote():
            return _note(asked, command)
        case Assign():
            return assign(asked, command)
        case Transition():
            return _transition(asked, command)
        case Snooze():
            return snooze(asked, command)
        case SetPriority():
            return _set_priority(asked, command)


def _changes(asked: Asked) -> bool:
    """Whether a command changes the ticket itself; what a contact says on a closed one opens another."""
    command = asked.order.received.command
    return isinstance(command, Reply | Assign | SetPriority | Snooze) and not is_answer(asked.order)


def _reply(asked: Asked, command: Reply) -> Decision:
    if refusal := _without_text(asked, command):
        return refusal
    if answer := answer_of(asked.ticket, asked.order):
        return _answer(asked, answer)
    said = _written(asked, command, "public")
    if said.ticket.status_category != "new":
        return asked.done(said)
    return asked.done(said, moved(said.ticket, DEFAULT.opened, asked.at, "first_answer"))


def _answer(asked: Asked, answer: Arrival) -> Decision:
    decision = arrive(asked.around.placed_at or asked.ticket, answer, asked.around)
    return decision if decision.how == "opened" else replace(decision, how="commanded")


def _note(asked: Asked, command: AddNote) -> Decision:
    return _without_text(asked, command) or asked.done(_written(asked, command, "internal"))


def _without_text(asked: Asked, command: Reply | AddNote) -> Rejected | None:
    if command.text.strip() or command.attachments:
        return None
    return asked.refused("empty-text", "there is nothing in it; write a text or attach a file", "text")


def _written(asked: Asked, command: Reply | AddNote, visibility: Visibility) -> MessageAdded:
    # Whatever an agent says to a requester goes out by mail: it is the one outgoing channel there is.
    return MessageAdded(
        ticket=after(asked.ticket, asked.at),
        rule=command.command,
        message_id=asked.order.received.message_id,
        direction="out",
        visibility=visibility,
        channel="email" if visibility == "public" else "api",
        author=_author(asked),
        subject=asked.ticket.subject,
        text=command.text,
        reply_text=command.text,
        attachments=command.attachments,
    )


def _author(asked: Asked) -> Person:
    agent = asked.policy.agents.get(asked.order.actor.id)
    if agent is None:
        return Person(id=asked.order.actor.id)
    return Person(id=asked.order.actor.id, name=agent.display, email=agent.email)


def _transition(asked: Asked, command: Transition) -> Decision:
    if problem := DEFAULT.why_not(asked.ticket.status, command.to):
        return asked.refused("illegal-transition", problem, "to")
    return asked.done(moved(asked.ticket, command.to, asked.at, "Transition", command.comment))


def _set_priority(asked: Asked, command: SetPriority) -> Decision:
    old = asked.ticket.priority
    if old == command.priority:
        return asked.done()
    ticket = after(asked.ticket, asked.at, priority=command.priority)
    return asked.done(PriorityChanged(ticket=ticket, rule="SetPriority", old=old, new=command.priority))
