"""Which definitions name which others."""

from typing import Any

import pytest

from gongdan.shared.definitions import references
from gongdan.shared.definitions.references import Cycle, Use
from gongdan.shared.definitions.registry import Definition, check


def given(kind: str, name: str, workspace: str | None = None, **spec: Any) -> Definition:
    place = {"workspace": workspace} if workspace else {}
    return check({"kind": kind, "metadata": {"name": name, **place}, "spec": spec})


def names(item: Definition) -> set[tuple[str, str, str]]:
    return {(each.kind, each.name, each.path) for each in references.of(item)}


def agent(name: str, manager: str | None = None, **spec: Any) -> Definition:
    more = {"manager": manager} if manager else {}
    return given("Agent", name, display=name, **more, **spec)


WORDS = {"zh": {"subject": "s", "text": "t"}}


def test_names_are_told_from_words_with_a_meaning_of_their_own() -> None:
    who = ["assignee", "lead", "someone", {"team": "t"}, {"role": "r"}, {"manager_of": "assignee"}]
    rule = given("NotificationRule", "n", event="TicketOpened", template="x", to=[*who, {"channel": "c"}])
    assert names(rule) == {
        ("Agent", "someone", "spec.to.2"),
        ("Team", "t", "spec.to.3.team"),
        ("Role", "r", "spec.to.4.role"),
        ("Channel", "c", "spec.to.6.channel"),
        ("Template", "x", "spec.template"),
    }


def test_names_in_blocks_within_blocks_are_found() -> None:
    task = {"id": "b", "type": "task", "who": {"manager_of": "boss"}, "form": "f"}
    flow = [{"id": "a", "type": "branch", "cases": [{"when": "true", "flow": []}, {"else": [task]}]}]
    found = given("Process", "p", "w", flow=[{"id": "c", "type": "parallel", "flows": [flow]}])
    assert names(found) == {
        ("Workspace", "w", "metadata.workspace"),
        ("Agent", "boss", "spec.flow.0.flows.0.0.cases.1.else.0.who.manager_of"),
        ("Form", "f", "spec.flow.0.flows.0.0.cases.1.else.0.form"),
    }


def test_keys_that_are_names_and_names_in_a_forms_schema_are_found() -> None:
    schema = {"type": "object", "properties": {"cost": {"type": "number", "x-roles": ["finance", "lead"]}}}
    assert names(given("Form", "f", schema=schema)) == {
        ("Role", "finance", "spec.schema.properties.cost.x-roles.0"),
        ("Role", "lead", "spec.schema.properties.cost.x-roles.1"),
    }


def test_a_name_is_looked_up_in_the_own_workspace_and_then_among_the_common_ones() -> None:
    rule = given("RoutingRule", "r", "w", then=[{"assign_team": "t"}])
    home, away = ("Workspace", "", "w"), ("Team", "v", "t")
    own, common = ("Team", "w", "t"), ("Team", "", "t")
    reference = references.of(rule)[1]
    assert references.targets(rule, reference, [home, away]) == ()
    assert references.targets(rule, reference, [home, away, common]) == (common,)
    assert references.targets(rule, reference, [home, away, common, own]) == (own,)


def test_what_belongs_to_no_workspace_may_name_what_is_in_any() -> None:
    rule = given("RoutingRule", "r", then=[{"assign_team": "t"}])
    (reference,) = references.of(rule)
    assert references.targets(rule, reference, [("Team", "v", "t"), ("Team", "w", "t")]) == (
        ("Team", "v", "t"),
        ("Team", "w", "t"),
    )
    assert references.dangling([rule], [("Team", "v", "t")]) == []


def test_a_workspaces_names_may_be_its_own() -> None:
    home = given("Workspace", "w", team="t")
    assert references.dangling([home], [("Team", "w", "t")]) == []
    assert references.dangling([home], [("Team", "v", "t")]) != []


def test_every_name_that_leads_nowhere_is_told_with_its_place() -> None:
    team = given("Team", "t", members=["here", "gone"], lead="gone", calendar="none")
    found = references.dangling([team, agent("here")])
    assert [use.complaint.field for use in found] == ["spec.members.1", "spec.lead", "spec.calendar"]
    assert found[0].complaint.problem == "there is no Agent 'gone'"


def test_users_are_those_that_mean_this_one_and_not_another_of_its_name() -> None:
    here = given("RoutingRule", "here", "w", then=[{"assign_team": "t"}])
    there = given("RoutingRule", "there", "v", then=[{"assign_team": "t"}])
    own, common = given("Team", "t", "w"), given("Team", "t")

    def users(key: tuple[str, str, str]) -> list[str]:
        return [use.definition.name for use in references.users_of(key, [here, there, own, common])]

    assert users(own.key) == ["here"]
    assert users(common.key) == ["there"]


def called(cycle: Cycle) -> list[str]:
    return [use.definition.name for use in cycle.uses]


def test_a_circle_of_managers_is_told_as_a_whole() -> None:
    (cycle,) = references.cycles([agent("a", "b"), agent("b", "c"), agent("c", "b"), agent("d", "a")])
    assert sorted(called(cycle)) == ["b", "c"]
    assert cycle.complaint.field == "spec.manager"
    assert "Agent" in cycle.complaint.problem


def test_one_that_names_itself_is_a_circle() -> None:
    (cycle,) = references.cycles([given("Category", "c", parent="c")])
    assert called(cycle) == ["c"]


def test_circles_may_lead_through_several_kinds() -> None:
    card = {"id": "r", "kind": "report", "report": "weekly", "at": [0, 0, 4, 2]}
    loop = [given("Dashboard", "d", cards=[card]), given("Report", "weekly", dashboard="d")]
    assert len(references.cycles(loop)) == 1


def test_a_team_and_its_members_who_name_it_are_no_circle() -> None:
    assert references.cycles([given("Team", "t", members=["a"]), agent("a", teams=["t"])]) == []


def test_many_in_one_chain_are_looked_at_without_growing_slow() -> None:
    chain = [agent(f"a{nth}", f"a{nth + 1}") for nth in range(3_000)]
    assert references.cycles(chain) == []
    assert len(references.cycles([*chain, agent("a3000", "a0")])) == 1


@pytest.mark.parametrize(
    ("states", "ways", "problems"),
    [
        (["new", "open", "closed"], {"a": ("new", "open"), "b": ("open", "closed")}, []),
        (["new", "open", "closed"], {"a": ("new", "closed")}, ["cannot be reached", "cannot be left"]),
        (["new", "open"], {"a": ("new", "open")}, ["cannot be left"]),
    ],
)
def test_states_that_cannot_be_reached_or_left_are_doubtful(
    states: list[str], ways: dict[str, tuple[str, str]], problems: list[str]
) -> None:
    transitions = {name: {"from": start, "to": end} for name, (start, end) in ways.items()}
    found = given("Workflow", "w", states={name: {"category": name} for name in states}, transitions=transitions)
    assert [one.complaint.problem for one in references.doubts([found])] == problems


def test_a_place_for_a_field_that_the_form_does_not_have_is_doubtful() -> None:
    schema = {"type": "object", "properties": {"device": {"type": "string"}}}
    found = given("Form", "f", schema=schema, subject="{device}: {fault}")
    assert [(one.complaint.field, one.complaint.problem) for one in references.doubts([found])] == [
        ("spec.subject", "{fault} is no field of the form")
    ]


def test_a_use_says_who_names_what() -> None:
    team = given("Team", "t", lead="gone")
    assert references.dangling([team]) == [Use(team, references.of(team)[0])]
