"""What applying definitions changes, and whether the result can work."""

from typing import Any

import pytest

from gongdan.intake.domain import soundness
from gongdan.intake.domain.changes import Stored, plan, plan_deletion
from gongdan.intake.handlers.definitions import sound
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.errors import FixInput
from gongdan.shared.json import dumps


def agent(display: str = "Li Wei", **metadata: object) -> Definition:
    """An agent."""
    return check({"kind": "Agent", "metadata": {"name": "li.wei", **metadata}, "spec": {"display": display}})


KEY = agent().key
STORED = {KEY: Stored(KEY, 3, agent().document)}
DELETED = {KEY: Stored(KEY, 3, None)}


@pytest.mark.parametrize(
    ("stored", "wanted", "expected"),
    [
        ({}, agent(), ("created", 1)),
        (STORED, agent(), ("unchanged", 3)),
        (STORED, agent(version=3), ("unchanged", 3)),
        (STORED, agent("Li Wei (away)"), ("changed", 4)),
        (DELETED, agent(), ("created", 4)),
    ],
)
def test_versions_count_up_and_only_for_changes(
    stored: dict[Any, Stored], wanted: Definition, expected: tuple[str, int]
) -> None:
    (planned,) = plan(stored, [wanted])
    assert (planned.result, planned.version) == expected
    assert planned.document is not None
    assert "version" not in planned.document["metadata"]


def test_a_change_made_from_an_old_version_is_a_conflict() -> None:
    with pytest.raises(FixInput) as refused:
        plan(STORED, [agent("x", version=2)])
    assert (refused.value.status, refused.value.complaints[0].field) == (409, "metadata.version")


def test_a_definition_is_given_once() -> None:
    with pytest.raises(FixInput, match="twice"):
        plan({}, [agent(), agent("other")])


def test_a_deletion_is_a_version_too() -> None:
    planned = plan_deletion(STORED, KEY)
    assert (planned.result, planned.version, planned.document) == ("deleted", 4, None)


@pytest.mark.parametrize("stored", [{}, DELETED])
def test_what_is_not_there_cannot_be_deleted(stored: dict[Any, Stored]) -> None:
    with pytest.raises(FixInput) as refused:
        plan_deletion(stored, KEY)
    assert refused.value.status == 404


def dangling(*documents: dict[str, Any]) -> list[str]:
    """The fields that name something that is not there."""
    catalog = catalog_of(1, [check(document) for document in documents])
    try:
        soundness.check_all(catalog)
    except FixInput as error:
        return [item.field for item in error.complaints]
    return []


def test_the_defaults_are_sound_together() -> None:
    definitions = sound(default_documents())
    soundness.check_all(catalog_of(1, definitions))
    assert {item.kind for item in definitions} >= {"Workspace", "Team", "Agent", "SlaPolicy", "Form", "Source"}


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kind": "Workspace", "spec": {"team": "nobody"}}, "Workspace x.spec.team"),
        ({"kind": "Team", "spec": {"members": ["nobody"]}}, "Team x.spec.members.0"),
        ({"kind": "Team", "spec": {"lead": "nobody"}}, "Team x.spec.lead"),
        ({"kind": "RoutingRule", "spec": {"then": [{"assign_team": "t"}]}}, "RoutingRule x.spec.then.0.assign_team"),
    ],
)
def test_what_is_named_must_be_there(document: dict[str, Any], field: str) -> None:
    assert dangling(document | {"metadata": {"name": "x"}}) == [field]


def test_a_workspaces_own_team_counts_in_that_workspace_only() -> None:
    team = {"kind": "Team", "metadata": {"name": "t", "workspace": "w"}, "spec": {}}
    rule = {"kind": "RoutingRule", "spec": {"then": [{"assign_team": "t"}]}}
    own = {"kind": "Workspace", "metadata": {"name": "w"}, "spec": {"team": "t"}}
    other = {"kind": "Workspace", "metadata": {"name": "v"}, "spec": {}}
    assert dangling(own, other, team, rule | {"metadata": {"name": "x", "workspace": "w"}}) == []
    assert dangling(own, other, team, rule | {"metadata": {"name": "x", "workspace": "v"}}) != []


@pytest.mark.parametrize(
    ("kind", "spec", "field"),
    [
        ("Form", {"schema": {"type": "objekt"}}, "spec.schema"),
        ("RoutingRule", {"when": "ticket.", "then": []}, "spec.when"),
        ("RoutingRule", {"when": "custmer.name == 'x'", "then": []}, "spec.when"),
        ("RoutingRule", {"when": "'text'", "then": []}, "spec.when"),
        ("SlaPolicy", {"when": "1 + 1", "targets": {}}, "spec.when"),
        (
            "Source",
            {"verify": {"scheme": "hmac", "secretRef": "env:X"}, "map": {"subject": "bdoy.x"}},
            "spec.map.subject",
        ),
        (
            "Source",
            {
                "verify": {"scheme": "hmac", "secretRef": "env:X"},
                "map": {"subject": "body.title"},
                "samples": [{"body": {"title": "a"}, "expect": {"subject": "b"}}],
            },
            "spec.samples.0.expect.subject",
        ),
        ("Source", {"verify": {"scheme": "hmac", "secretRef": "the secret itself"}}, "spec.verify.secretRef"),
    ],
)
def test_what_cannot_work_is_refused_with_its_place(kind: str, spec: dict[str, Any], field: str) -> None:
    with pytest.raises(FixInput) as refused:
        sound(dumps([{"kind": kind, "metadata": {"name": "x"}, "spec": spec}]))
    assert refused.value.complaints[0].field == f"documents[0] ({kind} x).{field}"
