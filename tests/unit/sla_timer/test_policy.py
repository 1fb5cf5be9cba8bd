"""Which policy is in force: the first in order whose condition holds."""

from datetime import timedelta

import pytest

from gongdan.shared.definitions import expressions
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.errors import FixInput
from gongdan.sla_timer.domain.policy import policies_of
from tests.kit.policies import catalog, policy
from tests.kit.story import Story

URGENT = 'ticket.priority == "urgent"'
BROKEN = "ticket.fields.tier == 'gold'"


@pytest.mark.parametrize(
    ("definitions", "chosen", "unclear"),
    [
        ([policy("b"), policy("a")], "a", ()),
        ([policy("late", order=20), policy("early", order=10)], "early", ()),
        ([policy("own", workspace="support"), policy("common")], "own", ()),
        ([policy("foreign", workspace="sales", order=1), policy("common")], "common", ()),
        ([policy("vip", order=1, when=URGENT), policy("rest")], "rest", ()),
        ([policy("open", order=1, when='ticket.status_category in ["new", "open"]')], "open", ()),
        ([policy("vip", order=1, when='ticket.tier == "gold"'), policy("rest")], "vip", ()),
        ([policy("vip", order=1, when='ticket.organisation.tier == "gold"'), policy("rest")], "vip", ()),
        ([policy("formal", order=1, when='ticket.form == "repair"'), policy("rest")], "rest", ()),
        ([policy("gold", order=1, when=BROKEN), policy("rest")], "rest", ("gold",)),
        ([policy("gold", order=1, when=BROKEN)], None, ("gold",)),
        ([policy("nothing", when="ticket.category")], None, ()),
    ],
    ids=[
        "name",
        "order",
        "own-first",
        "other-workspace",
        "condition",
        "holds",
        "tier",
        "organisation",
        "form",
        "fails",
        "none",
        "not-true",
    ],
)
def test_the_first_policy_whose_condition_holds(
    definitions: list[Definition], chosen: str | None, unclear: tuple[str, ...]
) -> None:
    ticket = Story().ticket.model_copy(update={"tier": "gold"})
    plan = policies_of(catalog(*definitions)).plan_for(ticket)
    assert {terms.policy for terms in plan.terms.values()} == ({chosen} if chosen else set())
    assert plan.unclear == unclear


def test_a_target_is_that_of_the_priority_else_that_of_all_others_else_none() -> None:
    targets = {"first_response": {"high": "30m", "*": "2h"}, "resolution": {"high": "4h"}}
    policies = policies_of(catalog(policy(targets=targets)))
    high, low = policies.plan_for(Story(priority="high").ticket), policies.plan_for(Story(priority="low").ticket)
    assert {m: t.target for m, t in high.terms.items()} == {
        "first_response": timedelta(minutes=30),
        "resolution": timedelta(hours=4),
    }
    assert {m: t.target for m, t in low.terms.items()} == {"first_response": timedelta(hours=2)}


def test_a_working_day_is_a_day_where_no_calendar_is_looked_at() -> None:
    policies = policies_of(catalog(policy(targets={"resolution": {"*": "2 working days"}})))
    assert policies.plan_for(Story().ticket).terms["resolution"].target == timedelta(days=2)


@pytest.mark.parametrize("when", ["tickett.priority ==", "ticket.priorty == 'high'", "ticket.priority"])
def test_a_condition_that_cannot_hold_is_refused(when: str) -> None:
    assert [one.field for one in expressions.complaints(policy(when=when).spec)] == ["spec.when"]


@pytest.mark.parametrize("warning", ["80", "150%", "15m", "soon"])
def test_a_warning_that_no_clock_can_read_is_refused(warning: str) -> None:
    with pytest.raises(FixInput, match="warn"):
        policy(warn=[warning])


def form(name: str, workspace: str, **properties: object) -> Definition:
    """A form that gives fields to a workspace's tickets."""
    document = {
        "kind": "Form",
        "metadata": {"name": name, "workspace": workspace},
        "spec": {"schema": {"type": "object", "properties": properties}},
    }
    return check(document, 1)


COST = {"field": "fields.cost", "operator": ">=", "value": 100}


@pytest.mark.parametrize("when", ["fields.cost != null && fields.cost >= 100.0", COST])
@pytest.mark.parametrize("workspace", [None, "support"])
@pytest.mark.parametrize(
    ("fields", "chosen"),
    [({"cost": 100}, "costly"), ({"cost": 99.5}, "rest"), ({"cost": "much"}, "rest"), ({}, "rest")],
)
def test_a_policy_asks_for_the_fields_of_forms_in_cel_and_as_a_tree(
    when: object, workspace: str | None, fields: dict[str, object], chosen: str
) -> None:
    costly = policy("costly", order=1, when=when, workspace=workspace)
    given = catalog(costly, policy("rest"), form("repair", "support", cost={"type": "number"}))
    ticket = Story().ticket.model_copy(update={"fields": fields})
    plan = policies_of(given).plan_for(ticket)
    assert ({terms.policy for terms in plan.terms.values()}, plan.unclear) == ({chosen}, ())


def test_workspaces_that_type_a_field_differently_do_not_disturb_each_other() -> None:
    own = policy("own", order=1, when="fields.cost == 'low'", workspace="support")
    other = policy("other", order=1, when="fields.cost > 5.0", workspace="sales")
    forms = [form("a", "support", cost={"type": "string"}), form("b", "sales", cost={"type": "number"})]
    ticket = Story().ticket.model_copy(update={"fields": {"cost": "low"}})
    plan = policies_of(catalog(own, other, policy("rest"), *forms)).plan_for(ticket)
    assert {terms.policy for terms in plan.terms.values()} == {"own"}


def test_a_policy_whose_form_has_gone_is_unclear() -> None:
    plan = policies_of(catalog(policy("costly", order=1, when=COST), policy("rest"))).plan_for(Story().ticket)
    assert ({terms.policy for terms in plan.terms.values()}, plan.unclear) == ({"rest"}, ("costly",))


def test_a_form_changes_what_is_promised_only_by_the_type_of_a_field_that_a_policy_looks_at() -> None:
    def of(when: object = "fields.cost != null", **properties: object) -> frozenset[tuple[object, ...]]:
        return policies_of(catalog(policy(when=when), form("repair", "support", **properties))).fingerprint

    number, whole = {"type": "number"}, {"type": "integer"}
    assert of(cost=number) == of(cost={"type": "number", "minimum": 1}) == of(cost=number, room=whole)
    assert len({of(cost=number), of(cost=whole), of(room=whole)}) == 3
    assert of(COST, cost=number) != of(COST, room=whole)
    assert of("true", cost=number) == of("true", cost=whole)


def test_a_policy_knows_when_the_ticket_was_changed() -> None:
    late = policy("late", order=1, when="now >= timestamp('2000-01-01T00:00:00Z')")
    plan = policies_of(catalog(late, policy("rest"))).plan_for(Story().ticket)
    assert {terms.policy for terms in plan.terms.values()} == {"late"}
