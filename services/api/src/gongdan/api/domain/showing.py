"""What somebody sees of a ticket's story: events and messages with what is hidden left out.

An event shows the fields it is about. One of which nothing may be seen is left out as a whole, since that it happened
would already tell; one of a type that is not known here is shown only to who sees everything. Limit: a ticket's
version and time of change, which are never hidden, move with changes that are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gongdan.api.domain.views import Message, TicketDetail, TimelineEvent
from gongdan.shared.access.fields import HIDE, FieldRules


@dataclass(frozen=True, slots=True)
class Shape:
    """What a type of event is about: one of the fields `about` must be shown; each of `parts` only with its field."""

    about: tuple[str, ...]
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


CLOCK = Shape(("clocks",))
DELIVERY = Shape(("deliveries",), dict.fromkeys(("recipient", "error", "reason"), ("requester",)))
TRACED = ("category", "priority", "team", "assignee", "tags", "history")
SAID = {"cc": ("requester",), "mail": ("requester",), "subject": ("subject",), "rule": ("history",)}
SHAPES: dict[str, Shape] = {
    "TicketOpened": Shape(("history",), {"mail": ("requester",)}),
    "TicketClassified": Shape(
        ("category", "priority"), {"category": ("category",), "priority": ("priority",), "trace": TRACED}
    ),
    "TicketAssigned": Shape(
        ("team", "assignee"), {"team": ("team",), "assignee": ("assignee",), "previous_assignee": ("assignee",)}
    ),
    "PriorityChanged": Shape(("priority",)),
    "StatusChanged": Shape(("status",), {"comment": ("notes",)}),
    **dict.fromkeys(("TicketSnoozed", "TicketWoken"), Shape(("snoozed_until",))),
    **dict.fromkeys(("TicketReminded", "ProcessRequested", "TimerSet", "TimerDropped"), Shape(("history",))),
    **dict.fromkeys(
        ("ClockStarted", "ClockPaused", "ClockResumed", "ClockRetargeted", "ClockMet", "ClockCancelled"), CLOCK
    ),
    **dict.fromkeys(("DeadlineWarned", "DeadlineBreached", "TimerFired"), CLOCK),
    **dict.fromkeys(("DeliveryQueued", "DeliverySent", "DeliveryFailed", "DeliverySuppressed"), DELIVERY),
}
INNER = ("rule", "strategy", "policy", "policy_version")


def shown_event(rules: FieldRules, event: TimelineEvent) -> TimelineEvent | None:
    """The event as somebody with these field rules sees it; None where they must not know of it."""
    if rules.all_shown:
        return event
    shape = _shape(event)
    if shape is None or not any(_sees(rules, name) for name in shape.about):
        return None
    history = _sees(rules, "history")
    inner: dict[str, tuple[str, ...]] = {} if history else dict.fromkeys(INNER, ("history",))
    parts = {**shape.parts, **inner}
    data = {name: value for name, value in event.data.items() if _all(rules, parts.get(name, ()))}
    changes = {"data": data, "actor": _actor(rules, event.actor), "decided_by": event.decided_by if history else []}
    return event.model_copy(update=changes)


def shown_ticket(rules: FieldRules, ticket: TicketDetail) -> TicketDetail:
    """A ticket, already redacted, without what its deliveries say of a requester who is hidden."""
    if _sees(rules, "requester"):
        return ticket
    deliveries = [one.model_copy(update={"recipient": "", "detail": None}) for one in ticket.deliveries]
    return ticket.model_copy(update={"deliveries": deliveries})


def shown_message(rules: FieldRules, message: Message) -> Message | None:
    """What became of a message, as somebody who may see its ticket sees it; None where they must not."""
    if rules.all_shown:
        return message
    if not _sees(rules, "messages") or (message.command == "AddNote" and not _sees(rules, "notes")):
        return None
    history = _sees(rules, "history")
    return message.model_copy(
        update={
            "subject": message.subject if _sees(rules, "subject") else None,
            "actor": _actor(rules, message.actor or ""),
            "raw_sha256": message.raw_sha256 if history else None,
            "rule": message.rule if history else None,
            "source": message.source if history else None,
        }
    )


def file_is_shown(rules: FieldRules, visibility: str) -> bool:
    """Whether a file of the ticket's conversation may be had."""
    return _sees(rules, "messages" if visibility == "public" else "notes")


def _shape(event: TimelineEvent) -> Shape | None:
    if event.type != "MessageAdded":
        return SHAPES.get(event.type)
    about = "messages" if event.data.get("visibility") == "public" else "notes"
    author: dict[str, tuple[str, ...]] = {"author": ("requester",)} if event.data.get("direction") == "in" else {}
    return Shape((about,), SAID | author)


def _actor(rules: FieldRules, actor: str) -> str:
    """Who it was, where that may be seen; else only of which kind."""
    kind = actor.partition(":")[0]
    owner = "requester" if kind == "contact" else "history"
    return actor if _sees(rules, owner) else f"{kind}:"


def _all(rules: FieldRules, names: tuple[str, ...]) -> bool:
    return all(_sees(rules, name) for name in names)


def _sees(rules: FieldRules, name: str) -> bool:
    return rules.of(name) > HIDE
