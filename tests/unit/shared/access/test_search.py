"""A net lets through every ticket that its scope holds for, and where it understands the scope, no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gongdan.shared.access import nets, scope
from gongdan.shared.access.nets import All, AnyOf, FromDomain, Net, OneOf
from gongdan.shared.access.search import Found, net_of
from gongdan.shared.access.who import Who
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.tickets import TicketSnapshot
from tests.unit.shared.access.given import ticket

ANN = Who(Actor("agent", "ann"), teams=frozenset({"support", "tier2"}), email="ann@example.com")
ATOMS = some.sampled_from(
    [
        "ticket.team in actor.teams",
        "ticket.assignee == actor.id",
        "actor.id == ticket.assignee",
        "ticket.requester.email == actor.email",
        "ticket.organisation == actor.organisation",
        "ticket.organisation in ['example.com', 'example.org']",
        "ticket.organisation.tier == 'gold'",
        "ticket.form in ['repair', 'contact']",
        "ticket.priority in ['high', \"urgent\"]",
        'ticket.workspace == "support"',
        "ticket.team == null",
        "ticket.subject.startsWith('a')",
        "!(ticket.status == 'open')",
        "'vip' in ticket.tags",
        "true",
        "false",
    ]
)
EXPRESSIONS = some.recursive(
    ATOMS, lambda inner: some.tuples(inner, some.sampled_from(["&&", "||"]), inner).map(lambda x: f"({' '.join(x)})")
)
TICKETS = some.builds(
    lambda email, **more: ticket(requester=Person(email=email, phone="+4930"), **more),
    some.sampled_from([None, "ann@example.com", "Ann@example.com", "x@example.org", "x@elsewhere.example"]),
    team=some.sampled_from([None, "support", "tier2", "other"]),
    assignee=some.sampled_from([None, "ann", "bob"]),
    priority=some.sampled_from(["low", "high", "urgent"]),
    status=some.sampled_from(["open", "closed"]),
    tier=some.sampled_from([None, "gold"]),
    form=some.sampled_from([None, "repair", "other"]),
)


def caught(net: Net, one: TicketSnapshot) -> bool:
    """What a database makes of a net."""
    match net:
        case AnyOf("requester_key", values):
            return one.requester.key in values
        case AnyOf(column, values):
            return getattr(one, column) in values
        case FromDomain(domain):
            return nets.organisation_of(one.requester.email) == domain
        case All(parts):
            return all(caught(part, one) for part in parts)
        case OneOf(parts):
            return any(caught(part, one) for part in parts)


@given(EXPRESSIONS, some.lists(TICKETS, min_size=1, max_size=10))
def test_no_ticket_within_a_scope_slips_through_its_net(expression: str, tickets: list[TicketSnapshot]) -> None:
    compiled, found = scope.compile_scope(expression, ANN), net_of(expression, ANN)
    for one in tickets:
        assert not scope.holds(compiled, scope.values([compiled], one)) or caught(found.net, one)


@given(EXPRESSIONS, some.lists(TICKETS, min_size=1, max_size=10))
def test_an_exact_net_holds_exactly_where_its_scope_does(expression: str, tickets: list[TicketSnapshot]) -> None:
    compiled, found = scope.compile_scope(expression, ANN), net_of(expression, ANN)
    for one in tickets if found.exact else ():
        assert scope.holds(compiled, scope.values([compiled], one)) is nets.tester(found.net)(one)


@pytest.mark.parametrize(
    ("expression", "net"),
    [
        ("true", nets.EVERYTHING),
        ("false", nets.NOTHING),
        ("ticket.team in actor.teams", AnyOf("team", ("support", "tier2"))),
        ("ticket.assignee == actor.id && true", AnyOf("assignee", ("ann",))),
        ("ticket.requester.email == actor.email", AnyOf("requester_key", ("email:ann@example.com",))),
        ("ticket.organisation == 'Example.com'", FromDomain("example.com")),
        ("ticket.organisation == actor.organisation", nets.NOTHING),
        ("ticket.organisation.tier == 'gold'", AnyOf("tier", ("gold",))),
        (
            "ticket.team in actor.teams || ticket.assignee == actor.id",
            OneOf((AnyOf("team", ("support", "tier2")), AnyOf("assignee", ("ann",)))),
        ),
        ("(ticket.team == 'a' || ticket.team == 'b') && false", nets.NOTHING),
    ],
)
def test_common_scopes_become_searches(expression: str, net: Net) -> None:
    assert net_of(expression, ANN).net == net


@pytest.mark.parametrize(
    "expression",
    ["ticket.team != 'a'", "!(ticket.team == 'a')", "ticket.team == 'a' ? true : false", "ticket.fields.x == 'a'",
     "ticket.team == r'a'", "ticket.team == 'a\\'b'", "'a' == ticket.team + 'b'", "", "ticket.team ==", "(true"],
)  # fmt: skip
def test_what_is_not_understood_searches_everything(expression: str) -> None:
    assert net_of(expression, ANN) == Found(nets.EVERYTHING, exact=False)
