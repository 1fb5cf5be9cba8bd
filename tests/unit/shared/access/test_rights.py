"""Who may do what, and see what, by which roles."""

from typing import Any

import pytest

from gongdan.shared.access.fields import HIDE, READ
from gongdan.shared.access.rights import may, may_define, may_filter_on, redact
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Person
from tests.unit.shared.access.given import agent, rights, role, team, ticket

ENGINEER = role(
    "engineer",
    actions=["Reply", "Take", "SetPriority"],
    fields={"*": "write", "cost": "read", "margin": "hide", "priority": "read"},
    scope="ticket.team in actor.teams || ticket.assignee == actor.id",
)
VIEWER = role("viewer", fields={"*": "read", "cost": "hide", "margin": "hide"})
CONTACT = role(
    "contact",
    actions=["OpenTicket", "Reply"],
    fields={"subject": "read", "status": "read", "messages": "write", "requester": "read"},
    scope="ticket.requester.email == actor.email",
)
CUSTOMER = Actor("contact", "email:customer@example.com")
MINE, OTHERS = ticket(), ticket("GD-2", assignee="bob", team="tier2")


def test_nobody_may_do_or_see_anything_without_a_role() -> None:
    nobody = rights(agent("ann"))
    assert not may(nobody, "Reply").allowed
    assert not may(nobody, "ReadAudit").allowed
    assert redact(nobody, MINE) is None
    assert not may_filter_on(nobody, "subject")
    assert not may_define(nobody, "Form").allowed


@pytest.mark.parametrize("spec", [{"active": False}, None])
def test_an_agent_who_left_has_no_rights_whatever_the_session_says(spec: Any) -> None:
    people = [agent("ann", "engineer", **spec)] if spec else []
    gone = rights(ENGINEER, *people, roles=("engineer",))
    assert not may(gone, "Reply").allowed
    assert redact(gone, MINE) is None


def test_the_roles_that_a_session_adds_count_like_those_of_the_definition() -> None:
    assert may(rights(ENGINEER, agent("ann"), roles=("engineer",)), "Reply", MINE).allowed


@pytest.mark.parametrize(
    ("action", "at", "written", "allowed"),
    [
        ("Reply", None, (), True),
        ("Reply", MINE, (), True),
        ("Reply", MINE, ("messages",), True),
        ("Reply", OTHERS, (), False),
        ("SetPriority", MINE, ("priority",), False),
        ("Assign", None, (), False),
        ("Assign", MINE, (), False),
        ("ReadReports", None, (), False),
    ],
)
def test_an_action_needs_a_role_whose_scope_holds_and_write_on_its_fields(
    action: str, at: Any, written: tuple[str, ...], allowed: bool
) -> None:
    assert may(rights(ENGINEER, agent("ann", "engineer")), action, at, written).allowed is allowed


def test_a_refusal_names_the_action_and_the_roles_that_have_it() -> None:
    all_of_them = role("boss", actions=["*"])
    verdict = may(rights(ENGINEER, VIEWER, all_of_them, agent("ann", "viewer")), "Reply")
    assert verdict.roles == ("boss", "engineer")
    assert "Reply" in verdict.why


def test_a_star_allows_everything() -> None:
    boss = rights(role("boss", actions=["*"]), agent("ann", "boss"))
    assert may(boss, "Merge").allowed
    assert may(boss, "ReadAudit").allowed


def test_what_is_said_among_agents_is_shown_to_others_by_name_only() -> None:
    everything = role("contact", fields={"*": "read"})
    named = role("contact", fields={"*": "read", "notes": "read"})
    assert rights(everything, actor=CUSTOMER).sight(MINE).fields.of("notes") == HIDE
    assert rights(named, actor=CUSTOMER).sight(MINE).fields.of("notes") == READ
    assert rights(VIEWER, agent("ann", "viewer")).sight(MINE).fields.of("notes") == READ


def test_the_team_of_an_actor_is_known_from_either_side() -> None:
    theirs = ticket("GD-3", team="tier2", assignee=None)
    by_team = rights(ENGINEER, agent("ann", "engineer"), team("tier2", "ann"))
    by_agent = rights(ENGINEER, agent("ann", "engineer", teams=["tier2"]))
    assert may(by_team, "Reply", theirs).allowed
    assert may(by_agent, "Reply", theirs).allowed


def test_hidden_fields_are_left_blank_and_form_fields_left_out() -> None:
    seen = redact(rights(ENGINEER, agent("ann", "engineer")), MINE)
    assert seen is not None
    assert seen.fields == {"cost": 100, "device": "printer"}
    assert seen.subject == MINE.subject


def test_a_role_that_counts_here_adds_to_what_another_shows_everywhere() -> None:
    both = rights(ENGINEER, VIEWER, agent("ann", "engineer", "viewer"))
    here, there = redact(both, MINE), redact(both, OTHERS)
    assert here is not None
    assert there is not None
    assert here.fields == {"cost": 100, "device": "printer"}
    assert there.fields == {"device": "printer"}


def test_a_contact_sees_only_what_is_theirs_and_what_is_shown() -> None:
    customer = rights(CONTACT, actor=CUSTOMER)
    seen = redact(customer, MINE)
    assert seen is not None
    left = seen.model_dump(include={"subject", "priority", "team", "tags", "fields"}, warnings=False)
    assert left == {"subject": MINE.subject, "priority": None, "team": None, "tags": [], "fields": {}}
    assert redact(customer, ticket("GD-4", requester=Person(email="somebody@example.com"))) is None
    assert redact(customer, ticket("GD-5", requester=Person(phone="+493012345"))) is None


def test_two_absent_things_are_never_the_same() -> None:
    nameless = rights(CONTACT, actor=Actor("contact", "phone:+493012345"))
    assert redact(nameless, ticket("GD-5", requester=Person(phone="+493012345"))) is None


def test_colleagues_of_a_contact_are_known_by_their_mail_domain_when_the_account_says_so() -> None:
    shared = role("contact", fields={"*": "read"}, scope="ticket.organisation == actor.organisation")
    assert redact(rights(shared, actor=CUSTOMER, organisation="example.com"), MINE) is not None
    assert redact(rights(shared, actor=CUSTOMER), MINE) is None


def test_a_key_may_do_no_more_than_it_was_issued_for() -> None:
    key = rights(role("partner", actions=["*"]), actor=Actor("key", "erp"), roles=("partner",), only=("OpenTicket",))
    assert may(key, "OpenTicket").allowed
    assert not may(key, "Reply").allowed


def test_a_workspaces_own_role_takes_the_place_of_the_common_one_there() -> None:
    own = role("viewer", workspace="hr", fields={"subject": "read"})
    both = rights(VIEWER, own, agent("ann", "viewer"))
    in_hr, elsewhere = redact(both, ticket("HR-1", workspace="hr")), redact(both, MINE)
    assert in_hr is not None
    assert elsewhere is not None
    assert [one.model_dump(warnings=False)["status"] for one in (in_hr, elsewhere)] == [None, "open"]


def test_an_agent_of_one_workspace_has_its_roles_there_only() -> None:
    local = rights(VIEWER, agent("ann", "viewer", workspace="hr"))
    assert redact(local, ticket("HR-1", workspace="hr")) is not None
    assert redact(local, MINE) is None


def test_a_scope_that_fails_on_a_ticket_does_not_hold() -> None:
    picky = role("picky", fields={"*": "read"}, scope="ticket.fields.region == 'north'")
    assert redact(rights(picky, agent("ann", "picky")), MINE) is None
    assert redact(rights(picky, agent("ann", "picky")), ticket(fields={"region": "north"})) is not None


@pytest.mark.parametrize(
    ("roles", "name", "allowed"),
    [
        (("viewer",), "subject", True),
        (("viewer",), "fields.cost", False),
        (("engineer",), "fields.margin", False),
        (("engineer",), "fields.cost", True),
        (("engineer", "viewer"), "fields.cost", False),
        (("engineer", "viewer", "auditor"), "fields.cost", True),
    ],
)
def test_what_is_hidden_on_some_ticket_cannot_be_filtered_on(roles: tuple[str, ...], name: str, allowed: bool) -> None:
    auditor = role("auditor", fields={"*": "read"})
    assert may_filter_on(rights(ENGINEER, VIEWER, auditor, agent("ann", *roles)), name) is allowed


@pytest.mark.parametrize(
    ("levels", "kind", "write", "allowed"),
    [
        ({}, "Form", False, False),
        ({"*": "read"}, "Form", False, True),
        ({"*": "read"}, "Form", True, False),
        ({"*": "read", "Form": "write"}, "Form", True, True),
        ({"*": "write", "Role": "hide"}, "Role", False, False),
    ],
)
def test_definitions_are_read_and_written_by_kind(
    levels: dict[str, str], kind: str, write: bool, allowed: bool
) -> None:
    found = rights(role("author", definitions=levels), agent("ann", "author"))
    assert may_define(found, kind, write=write).allowed is allowed


def test_an_author_of_one_workspace_writes_its_definitions_only() -> None:
    local = rights(role("author", definitions={"*": "write"}), agent("ann", "author", workspace="hr"))
    assert may_define(local, "Form", "hr", write=True).allowed
    assert not may_define(local, "Form", "support", write=True).allowed
    assert not may_define(local, "Form", write=True).allowed


def test_a_later_version_of_a_ticket_is_asked_anew() -> None:
    found = rights(ENGINEER, agent("ann", "engineer"), team("support"))
    assert redact(found, MINE) is not None
    assert redact(found, MINE.model_copy(update={"version": 2, "assignee": "bob"})) is None


def test_the_administrators_token_has_every_right_without_any_definition() -> None:
    unlimited = rights(actor=Actor("agent", "admin"), roles=("*",))
    assert may(unlimited, "Merge", OTHERS).allowed
    assert may(unlimited, "ReadAudit").allowed
    assert redact(unlimited, OTHERS) == OTHERS
    assert may_filter_on(unlimited, "fields.margin")
