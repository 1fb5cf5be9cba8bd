"""Every role × command × field × route on the running services, held against the pure functions.

The roles are those of the installation, and one for each field that a command writes, with each level; what is expected
is computed from their definitions as the installation gives them, and must be what its three doors do.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from gongdan.api.domain.views import Ticket
from gongdan.shared.access.actions import WRITES
from gongdan.shared.access.rights import Rights, may, may_filter_on, redact, rights_of
from gongdan.shared.access.who import Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import check
from tests.e2e.desk import Desk, Json

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

COMMANDS: tuple[Json, ...] = (
    {"command": "Reply", "text": "canary"},
    {"command": "AddNote", "text": "canary"},
    {"command": "Assign", "team": "support"},
    {"command": "Assign", "assignee": "admin"},
    {"command": "SetPriority", "priority": "high"},
    {"command": "Transition", "to": "pending"},
    {"command": "Snooze", "until": (datetime.now(UTC) + timedelta(days=1)).isoformat()},
)
NAMES = sorted({one["command"] for one in COMMANDS})
WRITTEN = sorted({field for name in NAMES for field in WRITES[name].values()})
FILTERS = {"status": "open", "priority": "high", "team": "support", "assignee": "admin", "category": "-", "q": "Help"}
FIELD_OF = {"q": "subject"}


def made_up() -> Iterator[Json]:
    """Roles that differ in one field's level, and in scope."""
    for field in WRITTEN:
        for level in ("hide", "read"):
            spec = {"actions": NAMES, "fields": {"*": "write", field: level}}
            yield {"kind": "Role", "metadata": {"name": f"{field}-{level}"}, "spec": spec}
    for name, scope in (("elsewhere", "ticket.team == 'other'"), ("by-subject", "ticket.subject.startsWith('Help')")):
        spec = {"actions": NAMES, "fields": {"*": "write"}, "scope": scope}
        yield {"kind": "Role", "metadata": {"name": name}, "spec": spec}


@pytest_asyncio.fixture(loop_scope="session")
async def catalog(desk: Desk) -> Catalog:
    """The definitions of the installation, once the roles are among them."""
    await desk.define(*made_up())
    found = await desk.get("/v1/definitions")
    return catalog_of(found["revision"], [check(item["document"], item["version"]) for item in found["items"]])


def roles_of(catalog: Catalog) -> list[str]:
    """The names of all roles."""
    return sorted(name for kind, _, name in catalog.items if kind == "Role")


async def holder(desk: Desk, catalog: Catalog, role: str) -> tuple[dict[str, str], Rights]:
    """The headers of somebody with just this role, and the rights they should have."""
    name = f"{role}-{uuid4().hex[:8]}"
    made = await desk.post("/auth/keys", {"name": name, "roles": [role]})
    assert made.status_code == 201, made.text
    known = Credential(Actor("key", name), roles=(role,))
    return {"Authorization": f"Bearer {made.json()['secret']}"}, rights_of(catalog, known)


async def fresh_ticket(desk: Desk) -> str:
    """The number of a ticket that waits for somebody."""
    asked = {"requester": {"email": "customer@example.com"}, "subject": "Help", "text": "It burns"}
    message = await desk.message(asked)
    return str((await desk.applied(message))["ticket"])


async def real(desk: Desk, number: str) -> Ticket:
    """The ticket as it is."""
    return Ticket.model_validate(await desk.get(f"/v1/tickets/{number}"))


def expected_of(rights: Rights, ticket: Ticket, command: Json) -> str:
    """What should become of a command."""
    name = command["command"]
    if not may(rights, name).allowed:
        return "refused"
    if not rights.sight(ticket).seen:
        return "unknown-ticket"
    written = [field for part, field in WRITES[name].items() if part in command]
    return "applied" if may(rights, name, ticket, written).allowed else "not-allowed"


async def asked(desk: Desk, number: str, command: Json, headers: dict[str, str]) -> str:
    """What became of it."""
    answer = await desk.http.post(f"/intake/v1/tickets/{number}/commands", json=command, headers=headers)
    if answer.status_code == 403:
        return "refused"
    outcome = await desk.outcome(answer.json()["message_id"])
    return str(outcome["reason"] or outcome["status"])


async def at_once(catalog: Catalog, holds: Callable[[str], Coroutine[Any, Any, None]]) -> None:
    """Hold all roles against what is expected, none waiting for another."""
    async with asyncio.TaskGroup() as group:
        for role in roles_of(catalog):
            group.create_task(holds(role))


async def test_every_role_may_command_exactly_what_its_definition_says(desk: Desk, catalog: Catalog) -> None:
    async def holds(role: str) -> None:
        headers, rights = await holder(desk, catalog, role)
        number = await fresh_ticket(desk)
        for command in COMMANDS:
            expected = expected_of(rights, await real(desk, number), command)
            assert await asked(desk, number, command, headers) == expected, (role, command)

    await at_once(catalog, holds)


async def test_every_role_reads_exactly_what_its_definition_shows(desk: Desk, catalog: Catalog) -> None:
    number = await fresh_ticket(desk)
    async with asyncio.timeout(60):
        while not await _found(desk, number, desk.admin):
            await asyncio.sleep(0.1)

    async def holds(role: str) -> None:
        headers, rights = await holder(desk, catalog, role)
        shown = redact(rights, await real(desk, number))
        answer = await desk.http.get(f"/v1/tickets/{number}", headers=headers)
        assert answer.status_code == (200 if shown else 404), role
        if shown:
            assert _plain(Ticket.model_validate(answer.json())) == _plain(shown), role
        assert await _found(desk, number, headers) == ([_plain(shown)] if shown else []), role

    await at_once(catalog, holds)


async def _found(desk: Desk, number: str, headers: dict[str, str]) -> list[dict[str, Any]]:
    """The ticket as the search gives it."""
    page = (await desk.http.get("/v1/search", params={"q": number}, headers=headers)).json()
    tickets = [Ticket.model_validate(item["ticket"]) for item in page["items"]]
    return [_plain(ticket) for ticket in tickets if ticket.number == number]


async def test_every_role_asks_only_about_what_it_always_sees(desk: Desk, catalog: Catalog) -> None:
    async def holds(role: str) -> None:
        headers, rights = await holder(desk, catalog, role)
        statuses = await _statuses(desk, headers)
        assert statuses == {
            name: 200 if may_filter_on(rights, FIELD_OF.get(name, name)) else 403 for name in FILTERS
        }, role

    await at_once(catalog, holds)


async def _statuses(desk: Desk, headers: dict[str, str]) -> dict[str, int]:
    found: Sequence[httpx.Response] = [
        await desk.http.get("/v1/tickets", params={name: value, "limit": 1}, headers=headers)
        for name, value in FILTERS.items()
    ]
    return dict(zip(FILTERS, [one.status_code for one in found], strict=True))


def _plain(ticket: Ticket) -> dict[str, Any]:
    """Without what goes on by itself."""
    return ticket.model_dump(exclude={"clocks", "version", "updated_at"}, mode="json")
