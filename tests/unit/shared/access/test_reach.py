"""What is counted by a net alone is what asking each ticket would count; and a net never leaves one out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.access import nets
from gongdan.shared.access.reach import reach, within
from gongdan.shared.access.rights import Rights
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.registry import Definition
from tests.unit.shared.access.given import agent, rights, role, ticket

SCOPES = (
    "true", "false", "ticket.team == 'support'", "ticket.assignee == actor.id && ticket.priority == 'high'",
    "ticket.subject.endsWith('7')", "ticket.workspace in ['support', 'repair'] || ticket.channel == 'api'",
)  # fmt: skip
FIELDS: tuple[dict[str, str], ...] = ({}, {"*": "read"}, {"subject": "read"}, {"*": "hide", "status": "write"})
TICKETS = [
    ticket(f"GD-{number}", subject=f"number {number}", workspace=place, team=team, assignee=who, priority=priority)
    for number, (place, team, who, priority) in enumerate(
        (place, team, who, priority)
        for place in ("support", "repair", "other")
        for team in ("support", None)
        for who in ("ann", None)
        for priority in ("high", "low")
    )
]


@st.composite
def some_rights(draw: st.DrawFn) -> Rights:
    """Somebody with up to three roles, each common, of one workspace, or both."""
    names = ["a", "b", "c"][: draw(st.integers(0, 3))]
    roles: list[Definition] = []
    for name in names:
        for place in draw(st.sampled_from([(None,), ("support",), (None, "support")])):
            actions = draw(st.sampled_from([[], ["Export"], ["*"], ["Reply"]]))
            roles.append(role(name, place, actions=actions, fields=draw(st.sampled_from(FIELDS)),
                              scope=draw(st.sampled_from(SCOPES))))  # fmt: skip
    return rights(*roles, agent("ann", *names, workspace=draw(st.sampled_from([None, "support"]))))


@given(some_rights())
def test_a_net_lets_through_all_and_an_exact_one_no_others(held: Rights) -> None:
    found = reach(held, "Export")
    caught = nets.tester(found.net)
    for one in TICKETS:
        assert caught(one) or not within(held, "Export", one)
        assert not found.exact or caught(one) is within(held, "Export", one)


@pytest.mark.parametrize("one", TICKETS[:1])
def test_who_has_no_limits_reaches_everything(one: TicketSnapshot) -> None:
    held = rights(roles=("*",))
    assert (reach(held, "Export").exact, within(held, "Export", one)) == (True, True)
    assert reach(held, "Export").net == nets.EVERYTHING
