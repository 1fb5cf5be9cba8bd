"""The chain of routing rules: order, effects, stop, what rules see of each other, and the trace of it all."""

from collections.abc import Iterable
from typing import Any

import pytest
from ruamel.yaml import YAML

from gongdan.router.domain.chain import Chain, Classification, classify, compile_chain
from gongdan.router.domain.variables import READERS
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.contracts.messages import MessageReceived
from gongdan.shared.definitions import expressions
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.field_types import Fields
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.definitions.routing_rule import VARIABLES, RoutingRule
from gongdan.shared.definitions.seed import default_documents
from tests.unit.router.given import definition, message, opened, rule

TEAMS = {"support", "tier2"}
UNSORTED = opened().model_copy(update={"team": None, "assignee": None})


def chain_of(*rules: Definition, forms: Iterable[Definition] = ()) -> Chain:
    """The chain of these definitions, where these forms give the fields."""
    found = [(item, item.spec) for item in rules if isinstance(item.spec, RoutingRule)]
    return compile_chain(found, Fields(catalog_of(1, forms)))


def run(*rules: Definition, asked: MessageReceived | None = None) -> Classification:
    """Ask these rules about a new ticket and a message."""
    return classify(chain_of(*rules), UNSORTED, asked or message(), TEAMS)


def test_without_rules_the_ticket_stays_as_it_came() -> None:
    assert run() == Classification(UNSORTED)


def test_rules_are_asked_by_order_then_by_name() -> None:
    found = run(rule("c", order=2), rule("b", order=1), rule("a", order=2))
    assert [trace.rule for trace in found.trace] == ["b", "a", "c"]


def test_each_effect_is_taken_and_named_in_the_trace() -> None:
    found = run(rule("all", set_priority="high", set_category="hardware", assign_team="tier2", add_tags=["a", "b"]))
    ticket = found.ticket
    assert (ticket.priority, ticket.category, ticket.team, ticket.tags) == ("high", "hardware", "tier2", ("a", "b"))
    assert found.trace[0].effects == ("priority=high", "category=hardware", "team=tier2", "tag=a", "tag=b")


def test_a_later_rule_sees_what_earlier_ones_did_and_has_the_last_word() -> None:
    first = rule("first", order=1, set_priority="high", add_tags=["x"])
    later = rule("later", 'ticket.priority == "high" && "x" in ticket.tags', order=2, set_priority="urgent")
    found = run(first, later)
    assert (found.ticket.priority, [trace.matched for trace in found.trace]) == ("urgent", [True, True])


def test_stop_ends_the_chain_only_when_the_rule_matched() -> None:
    missed = rule("missed", "false", order=1, stop=True)
    stops = rule("stops", order=2, stop=True)
    found = run(missed, stops, rule("never", order=3))
    assert [(trace.rule, trace.matched) for trace in found.trace] == [("missed", False), ("stops", True)]


def test_a_rule_that_fails_does_not_match_and_its_error_is_kept() -> None:
    found = run(rule("broken", "ticket.fields.cost > 5", set_priority="urgent"), rule("next", order=200))
    assert (found.ticket.priority, found.trace[0].matched, found.trace[1].matched) == ("normal", False, True)
    assert found.trace[0].error == 'Key not found in map : "cost"'


def test_a_team_that_is_not_there_is_not_assigned_and_the_rest_of_the_rule_is() -> None:
    found = run(rule("lost", assign_team="nowhere", set_priority="high"))
    assert (found.ticket.team, found.team_by, found.ticket.priority) == (None, (), "high")
    assert found.trace[0].error == "there is no team 'nowhere'"


def test_hits_name_the_versions_that_decided_and_the_one_that_chose_the_team() -> None:
    spec = {"when": "true", "then": [{"assign_team": "tier2"}]}
    found = run(definition("RoutingRule", "tier", spec, version=7), rule("other"), rule("missed", "false"))
    by = DecidedBy("RoutingRule", "tier", 7)
    assert (found.hits, found.team_by) == ((DecidedBy("RoutingRule", "other", 1), by), (by,))


@pytest.mark.parametrize(
    "when",
    [
        'message.channel == "email" && message.source == "support" && message.direction == "in"',
        'message.content.contains("printer") && message.subject.startsWith("The")',
        'message.requester.email.endsWith("@example.com") && ticket.requester.name == "Customer"',
        "ticket.category == null && ticket.team == null && ticket.assignee == null && ticket.follow_up_of == null",
        'ticket.tier == null && ticket.organisation.tier == null && ticket.organisation.tier != "gold"',
        "ticket.form == null",
        "size(message.to) == 0 && message.attachments == 0 && message.verified && !has(message.fields.floor)",
        'ticket.status == "new" && ticket.status_category == "new" && ticket.workspace == "support"',
        'message.automatic == "no" && message.priority == null && message.reply_text == message.text',
        'ticket . priority == "normal"',
    ],
)
def test_conditions_see_all_parts_of_ticket_and_message(when: str) -> None:
    assert run(rule("asks", when)).trace[0].matched


def test_there_is_a_reader_for_every_variable_and_none_besides() -> None:
    assert list(READERS) == list(VARIABLES)


def test_only_variables_that_some_rule_may_look_at_are_made() -> None:
    looked_at = chain_of(rule("a", 'ticket.priority == "low"')).looked_at
    assert looked_at == {"message.priority": "dyn", "ticket.priority": "string"}


def test_rules_know_the_time_of_what_they_decide_about() -> None:
    due = {"field": "fields.due", "operator": "olderThan", "value": "1d"}
    form = definition("Form", "repair", {"schema": {"properties": {"due": {"type": "string", "format": "date"}}}})
    chain = chain_of(rule("late", due, add_tags=["late"]), forms=[form])
    for day, tags in (("2001-01-01", ("late",)), ("2999-01-01", ()), (None, ())):
        ticket = UNSORTED.model_copy(update={"fields": {"due": day}})
        assert classify(chain, ticket, message(), TEAMS).ticket.tags == tags


@pytest.mark.parametrize(("when", "problem"), [("ticket.priorty == 'x'", "'ticket.priorty'"), ("1 + 1", "gives a int")])
def test_a_rule_with_a_condition_that_cannot_work_is_refused_when_it_is_applied(when: str, problem: str) -> None:
    (found,) = expressions.complaints(rule("wrong", when).spec)
    assert found.field == "spec.when"
    assert problem in found.problem


@pytest.mark.parametrize(
    ("text", "priority", "category"),
    [
        ("URGENT: the printer burns", "urgent", "equipment"),
        ("系统崩溃,无法访问", "urgent", None),
        ("打印机坏了", "high", "equipment"),
        ("Please resend the invoice", "normal", "billing"),
        ("我忘记了密码", "normal", "account"),
        ("Hello", "normal", None),
    ],
)
def test_the_default_rules_read_chinese_and_english(text: str, priority: str, category: str | None) -> None:
    documents: list[dict[str, Any]] = list(YAML(typ="safe").load_all(default_documents()))
    rules = [check(one) for one in documents if one["kind"] == "RoutingRule"]
    found = run(*rules, asked=message(subject="", text=text)).ticket
    assert (found.priority, found.category) == (priority, category)


SCHEMA = {"properties": {"cost": {"type": "number"}, "urgent": {"type": "boolean"}}}
REPAIR = definition("Form", "repair", {"schema": SCHEMA})
COSTLY = {
    "rules": [
        {"field": "fields.cost", "operator": ">", "value": 100},
        {"field": "fields.urgent", "operator": "=", "value": True},
    ]
}


@pytest.mark.parametrize("when", ["fields.cost > 100.0 && fields.urgent", COSTLY])
def test_rules_ask_for_the_fields_of_forms_in_cel_and_as_trees(when: Any) -> None:
    chain = chain_of(rule("costly", when, add_tags=["costly"]), forms=[REPAIR])
    tagged = [
        classify(chain, UNSORTED.model_copy(update={"fields": fields}), message(), TEAMS).ticket.tags
        for fields in ({"cost": 101, "urgent": True}, {"cost": 101}, {"cost": 99, "urgent": True})
    ]
    assert tagged == [("costly",), (), ()]


def test_a_rule_whose_form_has_gone_does_not_match_and_says_why() -> None:
    chain = chain_of(rule("costly", "fields.cost > 100.0", stop=True), rule("rest", add_tags=["x"]))
    found = classify(chain, UNSORTED, message(), TEAMS)
    assert "undeclared reference" in (found.trace[0].error or "")
    assert found.ticket.tags == ("x",)
