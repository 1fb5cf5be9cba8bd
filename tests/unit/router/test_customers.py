"""Whose people are known by which addresses, and what tier their tickets get."""

from typing import Any

import pytest

from gongdan.router.domain.customers import customers_of
from gongdan.shared.contracts.tickets import TicketClassified
from gongdan.shared.definitions.organisation import Organisation
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput
from tests.unit.router.given import decided, definition, done, message, opened, rule

ACME = definition(
    "Organisation", "acme", {"domains": ["Example.com"], "contacts": ["Buyer@example.org"], "tier": "gold"}, version=4
)
LAB = definition("Organisation", "lab", {"domains": ["lab.example.com"], "tier": "silver"})


@pytest.mark.parametrize(
    ("email", "tier"),
    [
        ("customer@example.com", "gold"),
        ("Customer@EXAMPLE.com", "gold"),
        ("somebody@mail.example.com", "gold"),
        ("somebody@lab.example.com", "silver"),
        ("somebody@deep.lab.example.com", "silver"),
        ("buyer@example.org", "gold"),
        ("other@example.org", None),
        ("somebody@notexample.com", None),
        ("nonsense", None),
        (None, None),
    ],
)
def test_the_nearest_domain_counts_and_contacts_before_it(email: str | None, tier: str | None) -> None:
    assert customers_of(pairs(ACME, LAB)).of(email).tier == tier


def test_a_workspaces_own_organisation_comes_before_a_common_one() -> None:
    own = definition("Organisation", "zeta", {"domains": ["example.com"], "tier": "platinum"}, workspace="support")
    assert customers_of(pairs(ACME, own)).of("a@example.com").tier == "platinum"


def pairs(*definitions: Definition) -> list[tuple[Definition, Organisation]]:
    """Definitions with their specs, as a catalog gives them."""
    return [(item, item.spec) for item in definitions if isinstance(item.spec, Organisation)]


def test_a_new_ticket_has_the_tier_of_its_requester_and_names_who_said_so() -> None:
    drafts = done(decided(None, message(), ACME)).drafts
    assert {draft.payload.ticket.tier for draft in drafts} == {"gold"}
    assert [(one.kind, one.name, one.version) for one in drafts[0].decided_by] == [("Organisation", "acme", 4)]


def test_a_sender_who_is_somebody_else_gets_none() -> None:
    assert opened(ACME, verified=False).tier is None


@pytest.mark.parametrize("when", ['ticket.organisation.tier == "gold"', 'ticket.tier == "gold"'])
def test_rules_can_ask_for_it(when: str) -> None:
    found = done(decided(None, message(), ACME, rule("vip", when, set_priority="urgent"))).drafts
    (classified,) = (draft.payload for draft in found if isinstance(draft.payload, TicketClassified))
    assert classified.priority == "urgent"


@pytest.mark.parametrize("spec", [{"domains": ["no domain"]}, {"domains": ["@example.com"]}, {"tier": "Very Gold"}])
def test_what_is_no_organisation_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(FixInput, match="does not fit its kind"):
        check({"kind": "Organisation", "metadata": {"name": "a"}, "spec": spec})
