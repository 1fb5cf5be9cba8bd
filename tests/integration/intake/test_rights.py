"""Every door × every role: what none of one's roles allows is refused at once, by name, and told."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from gongdan.shared.access.credentials import KEY_PREFIX, SESSION_PREFIX, InForce, digest_of, new_secret
from gongdan.shared.access.reader import AccessReader
from gongdan.shared.access.tokens import COOKIE
from gongdan.shared.access.who import Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.refusals import Denials
from tests.integration.intake.conftest import NOW
from tests.integration.intake.desk import Intake, refused

REQUESTER = {"email": "customer@example.com"}
ROLE = "apiVersion: gongdan/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"
# What each door asks for, and a request that it takes.
DOORS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "OpenTicket": ("POST", "messages", {"json": {"requester": REQUESTER, "text": "x"}}),
    "LogCall": ("POST", "calls", {"json": {"direction": "in", "from": "+493012345678", "notes": "x"}}),
    "Upload": ("POST", "uploads", {"content": b"x"}),
    "Reply": ("POST", "tickets/GD-1/commands", {"json": {"command": "Reply", "text": "x"}}),
    "AddNote": ("POST", "tickets/GD-1/commands", {"json": {"command": "AddNote", "text": "x"}}),
    "Assign": ("POST", "tickets/GD-1/commands", {"json": {"command": "Assign", "team": "support"}}),
    "Transition": ("POST", "tickets/GD-1/commands", {"json": {"command": "Transition", "to": "open"}}),
    "SetPriority": ("POST", "tickets/GD-1/commands", {"json": {"command": "SetPriority", "priority": "low"}}),
    "Snooze": ("POST", "tickets/GD-1/commands", {"json": {"command": "Snooze", "until": None}}),
    "ReadQuarantine": ("GET", "quarantine", {}),
}
DEFAULT_ROLES: dict[str, set[str]] = {
    "admin": set(DOORS),
    "lead": set(DOORS),
    "agent": set(DOORS) - {"ReadQuarantine"},
    "viewer": set(),
    "partner": {"OpenTicket", "Upload"},
}


def key_of(intake: Intake, *roles: str, **more: Any) -> Mapping[str, str]:
    """The headers of a partner whose key has these roles."""
    secret = new_secret(KEY_PREFIX)
    known = Credential(Actor("key", "erp"), roles=roles, **more)
    hold(intake, InForce(digest_of(secret), "key", known, NOW + timedelta(days=1)))
    return {"Authorization": f"Bearer {secret}"}


def contact_of(intake: Intake) -> dict[str, str]:
    """The headers of a customer."""
    headers = key_of(intake)
    contact = Credential(Actor("contact", "email:customer@example.com"))
    digest = digest_of(headers["Authorization"].split()[1])
    hold(intake, InForce(digest, "key", contact, NOW + timedelta(days=1)))
    return dict(headers)


def folded(intake: Intake) -> Denials:
    """What counts denials there."""
    return next(part for part in intake.service.parts if isinstance(part, Denials))


async def denials(intake: Intake) -> list[tuple[str, int, list[str]]]:
    """What was told of them: the action, how often, what about."""
    return [(one["action"], one["times"], one["about"]) for one in await intake.said("ActionDenied")]


def hold(intake: Intake, one: InForce) -> None:
    """Put a credential in force, as if api had said so."""
    reader = next(part for part in intake.service.parts if isinstance(part, AccessReader))
    reader._held[one.digest] = one
    reader._whole = True


async def ask(intake: Intake, action: str, headers: Mapping[str, str]) -> Any:
    """Ask at the door that needs an action."""
    method, path, body = DOORS[action]
    return await intake.public.request(method, f"/intake/v1/{path}", headers=dict(headers), **body)


@pytest.mark.parametrize("role", DEFAULT_ROLES)
async def test_each_default_role_opens_exactly_its_doors(intake: Intake, role: str) -> None:
    headers = key_of(intake, role)
    answers = {action: (await ask(intake, action, headers)).status_code for action in DOORS}
    assert {action for action, status in answers.items() if status != 403} == DEFAULT_ROLES[role]
    assert set(answers.values()) <= {200, 201, 202, 403}


async def test_a_refusal_names_the_action_and_who_has_it_and_is_told_at_once_and_then_with_a_count(
    intake: Intake,
) -> None:
    headers = key_of(intake, "viewer")
    for _ in range(3):
        answer = await ask(intake, "Reply", headers)
    assert refused(answer, 403) == ["action"]
    assert "Reply" in answer.text
    assert "admin, agent, contact, lead" in answer.json()["errors"][0]["cure"]
    assert await denials(intake) == [("Reply", 1, [])]
    intake.clock.move(timedelta(minutes=1))
    await folded(intake).step()
    assert await denials(intake) == [("Reply", 1, []), ("Reply", 2, [])]
    assert await intake.said("CommandReceived") == []


async def test_each_refusal_at_a_door_is_told_also_where_it_is_not_a_role_that_forbids(intake: Intake) -> None:
    contact = contact_of(intake)
    named = {"requester": REQUESTER, "text": "x", "ticket": "GD-7"}
    other = {"requester": {"email": "other@example.com"}, "text": "x"}
    form = ROLE.format(kind="Form", name="inner", spec="{audience: agents, schema: {type: object, properties: {}}}")
    await intake.http.post("/intake/v1/definitions", content=form)
    asked = (
        await intake.public.post("/intake/v1/messages", json=other, headers=contact),
        await intake.public.post("/intake/v1/messages", json=named, headers=contact),
        await intake.public.post("/intake/v1/forms/inner/submissions", json={}, headers=contact),
    )
    assert [one.status_code for one in asked] == [403, 403, 403]
    await folded(intake).stop()
    assert await denials(intake) == [("OpenTicket", 1, []), ("Reply", 1, ["GD-7"]), ("OpenTicket", 1, ["form inner"])]


async def test_a_line_of_a_bulk_that_is_refused_is_told_like_a_message(intake: Intake) -> None:
    line = b'{"requester": {"email": "customer@example.com"}, "text": "x", "ticket": "GD-%d"}'
    headers = {**key_of(intake, "partner"), "Content-Type": "application/x-ndjson"}
    body = b"\n".join(line % number for number in (1, 2))
    answer = await intake.public.post("/intake/v1/messages/bulk", content=body, headers=headers)
    assert '"refused":2' in answer.text
    await folded(intake).stop()
    assert [times for _, times, _ in await denials(intake)] == [1, 1]


async def test_a_write_by_cookie_that_does_not_come_from_our_page_is_told(intake: Intake) -> None:
    secret = new_secret(SESSION_PREFIX)
    hold(intake, InForce(digest_of(secret), "session", Credential(Actor("agent", "admin")), NOW + timedelta(days=1)))
    headers = {"Cookie": f"{COOKIE}={secret}"}
    assert (await ask(intake, "Upload", headers)).status_code == 403
    assert await denials(intake) == [("change something by cookie", 1, [])]


async def test_a_visitor_whom_no_role_lets_in_is_told_of_too(intake: Intake) -> None:
    await intake.http.delete("/intake/v1/definitions/Role/anonymous")
    form = {"email": "customer@example.com", "subject": "x", "message": "x"}
    await intake.public.post("/intake/v1/forms/contact/submissions", json=form)
    assert await denials(intake) == [("OpenTicket", 1, [])]


async def test_a_key_opens_no_door_it_was_not_issued_for(intake: Intake) -> None:
    headers = key_of(intake, "admin", only=("Upload",))
    assert (await ask(intake, "Upload", headers)).status_code == 201
    assert (await ask(intake, "OpenTicket", headers)).status_code == 403


async def test_a_revoked_or_unknown_key_opens_nothing(intake: Intake) -> None:
    key_of(intake, "admin")
    stranger = {"Authorization": f"Bearer {new_secret(KEY_PREFIX)}"}
    assert (await ask(intake, "Upload", stranger)).status_code == 401


async def test_what_router_needs_to_know_of_rights_travels_with_the_command(intake: Intake) -> None:
    await ask(intake, "Reply", key_of(intake, "agent", source="erp"))
    (said,) = await intake.said("CommandReceived")
    assert said["access"] == {"roles": ["agent"], "only": None, "organisation": "", "source": "erp", "by": None}


async def test_only_agents_name_a_ticket_in_a_message(intake: Intake) -> None:
    body = {"requester": REQUESTER, "text": "x", "ticket": "GD-1"}
    answer = await intake.public.post("/intake/v1/messages", json=body, headers=dict(key_of(intake, "partner")))
    assert refused(answer, 403) == ["ticket"]
    assert (await intake.post("messages", body)).status_code == 202


async def test_a_contact_writes_in_their_own_name_only(intake: Intake) -> None:
    headers = contact_of(intake)
    mine, other = ({"requester": {"email": f"{name}@example.com"}, "text": "x"} for name in ("customer", "other"))
    answers = [await intake.public.post("/intake/v1/messages", json=one, headers=headers) for one in (mine, other)]
    assert [one.status_code for one in answers] == [202, 403]


async def test_definitions_are_changed_by_kind(intake: Intake) -> None:
    writer = ROLE.format(kind="Role", name="author", spec="{definitions: {Team: write, '*': read}}")
    made = await intake.http.post("/intake/v1/definitions", content=writer)
    assert made.status_code == 200, made.text
    headers = dict(key_of(intake, "author"))
    team, role = (ROLE.format(kind=kind, name="new", spec="{}") for kind in ("Team", "Role"))
    answers = [
        await intake.public.post("/intake/v1/definitions", content=text, headers=headers)
        for text in (team, role, f"{team}---\n{role}")
    ]
    answers.append(await intake.public.delete("/intake/v1/definitions/Role/author", headers=headers))
    assert [one.status_code for one in answers] == [200, 403, 403, 403]


async def test_without_a_role_for_visitors_public_forms_are_closed(intake: Intake) -> None:
    form = {"email": "customer@example.com", "subject": "x", "message": "x"}
    before = await intake.public.post("/intake/v1/forms/contact/submissions", json=form)
    gone = await intake.http.delete("/intake/v1/definitions/Role/anonymous")
    after = await intake.public.post("/intake/v1/forms/contact/submissions", json=form)
    assert (before.status_code, gone.status_code, after.status_code) == (202, 200, 401)


@pytest.mark.parametrize("secret", [f"{SESSION_PREFIX}{'a' * 43}", "stale"])
async def test_a_visitor_with_an_old_session_may_still_send_a_public_form(intake: Intake, secret: str) -> None:
    form = {"email": "customer@example.com", "subject": "x", "message": "x"}
    headers = {"Cookie": f"{COOKIE}={secret}"}
    answer = await intake.public.post("/intake/v1/forms/contact/submissions", json=form, headers=headers)
    assert answer.status_code == 202
