"""Messages, commands, definitions and policies for the tests of router, with sensible defaults."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import Applied, Arrival, Decision, Order, ThreadingRule
from gongdan.router.domain.policy import policy_of
from gongdan.router.domain.ticket import decide
from gongdan.shared import ids
from gongdan.shared.access.rights import Rights
from gongdan.shared.access.who import UNLIMITED, Who
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Access, Command, CommandReceived, MessageReceived, Person
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CUSTOMER = Person(name="Customer", email="customer@example.com")
AGENT = Actor("agent", "first")


def message(name: str = "m1", **changes: Any) -> MessageReceived:
    """A mail from the customer; `name` makes it another message."""
    usual: dict[str, Any] = {
        "message_id": message_id(name),
        "channel": "email",
        "source": "support",
        "external_id": name,
        "conversation_key": f"email:support:{name}",
        "requester": CUSTOMER,
        "subject": "The printer is on fire",
        "text": "Please help.",
        "reply_text": "Please help.",
    }
    return MessageReceived.model_validate(usual | changes)


def message_id(name: str) -> UUID:
    """The id of the message of that name."""
    return ids.message_id("test", name)


def command(what: Command, ticket: str = "GD-1", name: str = "c1", version: int | None = None) -> CommandReceived:
    """A command on a ticket, of somebody with every right."""
    return CommandReceived(
        message_id=message_id(name),
        ticket=ticket,
        command=what,
        expected_version=version,
        access=Access(roles=(UNLIMITED,)),
    )


def definition(
    kind: str, name: str, spec: dict[str, Any], version: int = 1, workspace: str | None = None
) -> Definition:
    """A definition in force."""
    meta = {"name": name, "workspace": workspace}
    return check({"kind": kind, "metadata": meta, "spec": spec}, version)


def rule(name: str, when: Any = "true", order: int = 100, stop: bool = False, **effects: Any) -> Definition:
    """A routing rule with one effect."""
    return definition("RoutingRule", name, {"when": when, "order": order, "stop": stop, "then": [effects]})


def people(*members: str, team: str = "support", strategy: str = "round_robin") -> list[Definition]:
    """A team and its members, all at work."""
    agents = [definition("Agent", name, {"display": name.title(), "email": f"{name}@example.com"}) for name in members]
    spec = {"members": list(members), "assignment": {"strategy": strategy}}
    return [*agents, definition("Team", team, spec, version=3)]


def catalog(*more: Definition, prefix: str = "GD", crew: Sequence[Definition] | None = None) -> Catalog:
    """Workspace support with its team (of three, if no other is given), and whatever else is given."""
    workspace = definition("Workspace", "support", {"number_prefix": prefix, "team": "support"}, version=2)
    return catalog_of(1, [workspace, *(people("first", "second", "third") if crew is None else crew), *more])


def around(*more: Definition, workspace: str = "support", **how: Any) -> Circumstances:
    """What decisions depend on: these definitions, and GD-7 as the next number."""
    turns = how.pop("turns", {})
    rights = how.pop("rights", Rights(Who(AGENT, unlimited=True)))
    return Circumstances(policy_of(catalog(*more, **how), workspace), turns, "GD-7", rights)


def decided(
    ticket: TicketSnapshot | None,
    data: MessageReceived | CommandReceived,
    *more: Definition,
    by: ThreadingRule | None = None,
    **how: Any,
) -> Decision:
    """What comes of a message or command on a ticket."""
    if isinstance(data, CommandReceived):
        return decide(ticket, Order(data, AGENT, NOON), around(*more, **how))
    usual: ThreadingRule = "conversation" if ticket else "new"
    arrival = Arrival(data, by or usual, Actor("contact", data.requester.key), NOON)
    return decide(ticket, arrival, around(*more, workspace=data.workspace, **how))


def done(decision: Decision) -> Applied:
    """The decision, which must be to apply."""
    assert isinstance(decision, Applied), decision
    return decision


def opened(*more: Definition, **changes: Any) -> TicketSnapshot:
    """A ticket just opened by a message."""
    return done(decided(None, message(**changes), *more)).ticket


def ticket_in(status: str) -> TicketSnapshot:
    """A ticket in a state of the default workflow."""
    categories = {"new": "new", "open": "open", "pending": "waiting", "resolved": "resolved", "closed": "closed"}
    return opened().model_copy(update={"status": status, "status_category": categories[status]})


def said(decision: Decision) -> Sequence[str]:
    """The types of the events a decision leads to; none when it is not applied."""
    return [type(draft.payload).__name__ for draft in decision.drafts] if isinstance(decision, Applied) else []
