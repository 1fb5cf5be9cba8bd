"""Roles, actors and tickets for the tests of access, with sensible defaults."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from gongdan.shared.access.directory import directory_of
from gongdan.shared.access.rights import Rights, rights_of
from gongdan.shared.access.who import Credential, Who, who_is
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.ids import derived_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
AGENT = Actor("agent", "ann")


def definition(kind: str, name: str, spec: Mapping[str, Any], workspace: str | None = None) -> Definition:
    """A definition in force."""
    return check({"kind": kind, "metadata": {"name": name, "workspace": workspace}, "spec": dict(spec)}, 1)


def role(name: str, workspace: str | None = None, **spec: Any) -> Definition:
    """A role."""
    return definition("Role", name, spec, workspace)


def agent(name: str = "ann", *roles: str, workspace: str | None = None, **spec: Any) -> Definition:
    """An agent with these roles."""
    usual = {"display": name.title(), "email": f"{name}@example.com", "roles": list(roles)}
    return definition("Agent", name, usual | spec, workspace)


def team(name: str, *members: str) -> Definition:
    """A team."""
    return definition("Team", name, {"members": list(members)})


def catalog(*definitions: Definition) -> Catalog:
    """Just these."""
    return catalog_of(1, definitions)


def who(*definitions: Definition, actor: Actor = AGENT, **proved: Any) -> Who:
    """The actor by these definitions."""
    return who_is(directory_of(catalog(*definitions)), Credential(actor, **proved))


def rights(*definitions: Definition, actor: Actor = AGENT, **proved: Any) -> Rights:
    """The actor's rights by these definitions."""
    return rights_of(catalog(*definitions), Credential(actor, **proved))


def ticket(number: str = "GD-1", **changes: Any) -> TicketSnapshot:
    """A ticket of the customer, with the team support."""
    usual: dict[str, Any] = {
        "id": derived_id("test-ticket", number, repr(sorted(changes.items()))),
        "number": number,
        "version": 1,
        "workspace": "support",
        "channel": "email",
        "subject": "The printer is on fire",
        "status": "open",
        "status_category": "open",
        "priority": "high",
        "category": "equipment",
        "team": "support",
        "assignee": "ann",
        "requester": Person(name="Customer", email="customer@example.com"),
        "tags": ("fire",),
        "fields": {"cost": 100, "margin": 40, "device": "printer"},
        "created_at": NOON,
        "updated_at": NOON,
    }
    return TicketSnapshot.model_validate(usual | changes)
