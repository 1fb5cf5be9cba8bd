"""Which open tickets would fall under another policy: chosen as sla-timer chooses."""

import pytest

from gongdan.api.domain.impact import Impact, chooser, with_changes
from gongdan.shared.definitions.registry import Definition
from gongdan.sla_timer.domain.policy import policies_of
from tests.kit.policies import catalog, policy
from tests.kit.story import Story

URGENT = 'ticket.priority == "urgent"'
OWNERSHIP = {"ownership": {"*": "4h"}}
TICKET = Story().ticket.model_copy(update={"tier": "gold", "form": "repair"})
SETS = [
    [],
    [policy("b"), policy("a")],
    [policy("late", order=20), policy("early", order=10)],
    [policy("own", workspace="support"), policy("common")],
    [policy("foreign", workspace="sales", order=1), policy("common")],
    [policy("vip", order=1, when=URGENT), policy("rest")],
    [policy("open", order=1, when='ticket.status_category in ["new", "open"]'), policy("rest")],
    [policy("gold", order=1, when="ticket.fields.tier == 'gold'"), policy("rest")],
    [policy("gold", order=1, when='ticket.organisation.tier == "gold"'), policy("rest")],
    [policy("formal", order=1, when='ticket.form == "repair"'), policy("rest")],
    [policy("person", order=1, when="ticket.requester.phone == null"), policy("rest")],
    [policy("old", order=1, when='now > timestamp("2020-01-01T00:00:00Z")'), policy("rest")],
    [policy("gone", order=1, when="fields.gone > 1.0"), policy("rest")],
    [policy("rest"), policy("ola", about="team", when='ticket.team == "support"', targets=OWNERSHIP)],
    [policy("rest"), policy("ola", about="team", when='ticket.team == "field"', targets=OWNERSHIP)],
]


@pytest.mark.parametrize("definitions", SETS)
def test_it_chooses_as_sla_timer_does(definitions: list[Definition]) -> None:
    found = catalog(*definitions)
    plan = policies_of(found).plan_for(TICKET)
    chosen = chooser(found).choose(TICKET)
    assert {terms.policy for terms in plan.terms.values()} == {each[1] for each in chosen if each}


def test_tickets_that_change_policy_are_counted_with_some_of_their_numbers() -> None:
    before = catalog(policy("rest"))
    after = with_changes(before, [policy("vip", order=1, when=URGENT)])
    impact = Impact(chooser(before), chooser(after))
    urgent = [TICKET.model_copy(update={"priority": "urgent", "number": f"GD-{number}"}) for number in range(20)]
    impact.look_at([*urgent, TICKET])
    move = (("", "rest"), ("", "vip"))
    assert (impact.looked_at, dict(impact.moves), dict(impact.stays)) == (21, {move: 20}, {("", "rest"): 1})
    assert impact.examples[move] == [f"GD-{number}" for number in range(10)]
