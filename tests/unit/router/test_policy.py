"""Policies: what definitions say about a workspace, made once per catalog."""

from typing import Any

from gongdan.router.domain.policy import Policies, policy_of
from gongdan.shared.contracts.envelope import DecidedBy
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from tests.unit.router.given import catalog, definition, rule


def own(kind: str, name: str, spec: dict[str, Any]) -> Definition:
    """A definition of workspace support alone."""
    return check({"kind": kind, "metadata": {"name": name, "workspace": "support"}, "spec": spec}, 9)


def test_a_policy_holds_prefix_team_agents_and_rules_of_its_workspace() -> None:
    found = policy_of(catalog(rule("vip"), prefix="WB"), "support")
    assert (found.prefix, found.team, found.team_by) == ("WB", "support", (DecidedBy("Workspace", "support", 2),))
    assert list(found.agents) == ["first", "second", "third"]
    assert [one.decided_by.name for one in found.chain.rules] == ["vip"]


def test_a_workspace_that_nobody_defined_has_no_team_but_the_common_rules() -> None:
    found = policy_of(catalog(rule("vip")), "elsewhere")
    assert (found.prefix, found.team, len(found.chain.rules)) == ("GD", None, 1)


def test_a_workspaces_own_definition_stands_before_the_common_one_of_that_name() -> None:
    spec = {"when": "true", "then": [{"set_priority": "low"}]}
    team = {"members": ["second"]}
    found = policy_of(catalog(rule("vip"), own("RoutingRule", "vip", spec), own("Team", "support", team)), "support")
    assert [one.decided_by.version for one in found.chain.rules] == [9]
    assert found.teams["support"].roster == ("second",)


def test_only_members_who_are_agents_and_at_work_are_active() -> None:
    away = definition("Agent", "away", {"display": "Away", "active": False})
    team = definition("Team", "mixed", {"members": ["away", "first", "nobody"]})
    crew = policy_of(catalog(away, team), "support").teams["mixed"]
    assert (crew.roster, crew.active) == (("away", "first", "nobody"), frozenset({"first"}))


def test_agents_who_name_a_team_themselves_come_after_its_members() -> None:
    joined = definition("Agent", "joined", {"display": "Joined", "teams": ["mixed", "support"]})
    team = definition("Team", "mixed", {"members": ["second", "first"]})
    crew = policy_of(catalog(joined, team), "support").teams["mixed"]
    assert crew.roster == ("second", "first", "joined")
    assert "joined" in crew.active


def test_a_default_team_that_is_not_there_is_no_team() -> None:
    alone = catalog_of(1, [definition("Workspace", "support", {"team": "nowhere"})])
    assert policy_of(alone, "support").team is None


def test_a_policy_is_made_once_per_catalog() -> None:
    policies, first, second = Policies(), catalog(), catalog(rule("vip"))
    made = policies.of(first, "support")
    assert policies.of(first, "support") is made
    assert len(policies.of(second, "support").chain.rules) == 1
