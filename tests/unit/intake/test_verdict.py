"""Whether definitions can be applied as a whole, and that everything wrong with them is said at once."""

from typing import Any

import pytest

from gongdan.intake.domain.changes import Stored, plan
from gongdan.intake.domain.verdict import Known, advanced, on_applying, on_deletion
from gongdan.intake.handlers.definitions import read, with_places
from gongdan.shared.definitions.registry import check
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.errors import Complaint, FixInput
from gongdan.shared.json import dumps

Json = dict[str, Any]


def agent(name: str, workspace: str | None = None, version: int | None = None, **spec: Any) -> Json:
    """An agent."""
    given = {"name": name, "workspace": workspace, "version": version}
    meta = {key: value for key, value in given.items() if value is not None}
    return {"kind": "Agent", "metadata": meta, "spec": {"display": name, **spec}}


def of(kind: str, name: str = "x", workspace: str | None = None, **spec: Any) -> Json:
    """Any other definition."""
    return {"kind": kind, "metadata": {"name": name} | ({"workspace": workspace} if workspace else {}), "spec": spec}


def in_force(*documents: Json) -> Known:
    """What was applied before."""
    definitions = [check(document) for document in documents]
    return advanced(Known(), plan({}, definitions), definitions)


def refused(known: Known, *documents: Json) -> tuple[int, list[tuple[int | None, str | None]]]:
    """The status of the refusal, and the document and path of each complaint."""
    with pytest.raises(FixInput) as why:
        on_applying(known, read(dumps(documents)))
    return why.value.status, [(one.document, one.path) for one in why.value.complaints]


COST = {"type": "object", "properties": {"cost": {"type": "number"}}}
BASE = in_force(agent("li.wei"), of("Team", "field", members=["li.wei"]), of("Workspace", "w", number_prefix="W"))


def test_the_defaults_are_sound_together() -> None:
    verdict = on_applying(Known(), read(default_documents()))
    assert {item.key[0] for item in verdict.planned} >= {"Workspace", "Team", "Agent", "SlaPolicy", "Form", "Source"}
    assert verdict.after.revision == 1
    assert len(verdict.after.catalog.items) == len(verdict.planned)


def test_everything_after_a_change_has_its_versions() -> None:
    after = on_applying(BASE, read(dumps([agent("li.wei", email="li.wei@example.com")]))).after
    assert (after.revision, after.catalog.revision) == (2, 2)
    assert after.catalog.items["Agent", "", "li.wei"].version == 2
    assert after.catalog.items["Team", "", "field"].version == 1


def test_what_is_unchanged_makes_no_revision() -> None:
    assert on_applying(BASE, read(dumps([agent("li.wei")]))).after == BASE


@pytest.mark.parametrize(
    ("documents", "status", "expected"),
    [
        ([of("Team", members=["nobody"])], 422, [(0, "spec.members.0")]),
        ([of("Team", lead="nobody")], 422, [(0, "spec.lead")]),
        ([of("RoutingRule", then=[{"assign_team": "t"}])], 422, [(0, "spec.then.0.assign_team")]),
        ([agent("x", workspace="nowhere")], 422, [(0, "metadata.workspace")]),
        ([agent("x"), agent("x")], 422, [(1, "metadata.name")]),
        ([agent("li.wei", version=2)], 409, [(0, "metadata.version")]),
        ([agent("new", version=1)], 409, [(0, "metadata.version")]),
        ([agent("li.wei", version=2), agent("y", emial="x")], 422, [(0, "metadata.version"), (1, "spec.emial")]),
        ([of("Team", memers=["x"], lead="nobody")], 422, [(0, "spec.memers"), (0, "spec.lead")]),
        ([agent("li.wei", version=9, emial="x")], 422, [(0, "spec.emial"), (0, "metadata.version")]),
        ([agent("y"), agent("y", emial="x")], 422, [(1, "spec.emial"), (1, "metadata.name")]),
        ([of("RoutingRule", oder=1, when="ticket.", then=[])], 422, [(0, "spec.oder"), (0, "spec.when")]),
        (
            [of("Form", audience="all", schema=COST), of("RoutingRule", when="fields.cost > 1", then=[])],
            422,
            [(0, "spec.audience")],
        ),
        ([agent("a", manager="b"), agent("b", manager="a")], 422, [(0, "spec.manager")]),
        ([agent("a", manager="a")], 422, [(0, "spec.manager")]),
        ([of("Form", schema={"type": "objekt"})], 422, [(0, "spec.schema.type")]),
        ([of("RoutingRule", when="ticket.", then=[{"add_tags": ["a"]}])], 422, [(0, "spec.when")]),
        ([of("RoutingRule", when="custmer.name == 'x'", then=[{"add_tags": ["a"]}])], 422, [(0, "spec.when")]),
        ([of("RoutingRule", when="'text'", then=[{"add_tags": ["a"]}])], 422, [(0, "spec.when")]),
        (
            [agent("ok"), agent("bad", emial="x"), of("Agnet"), of("Team", members=["bad", "nobody"])],
            422,
            [(1, "spec.emial"), (2, "kind"), (3, "spec.members.1")],
        ),
    ],
)
def test_everything_that_is_wrong_is_said_at_once(
    documents: list[Json], status: int, expected: list[tuple[int, str]]
) -> None:
    assert refused(BASE, *documents) == (status, expected)


def test_a_circle_that_a_change_closes_is_found_where_it_was_closed() -> None:
    known = in_force(agent("a"), agent("b", manager="a"), agent("c", manager="b"))
    assert refused(known, agent("a", manager="c")) == (422, [(0, "spec.manager")])


def test_a_workspaces_own_team_counts_in_that_workspace_only() -> None:
    known = in_force(
        of("Workspace", "w", number_prefix="W"), of("Workspace", "v", number_prefix="V"), of("Team", "t", "w")
    )
    rule = {"then": [{"assign_team": "t"}]}
    assert on_applying(known, read(dumps([of("RoutingRule", "r", "w", **rule)]))).planned
    assert refused(known, of("RoutingRule", "r", "v", **rule)) == (422, [(0, "spec.then.0.assign_team")])


def test_more_faults_than_anyone_reads_are_counted() -> None:
    with pytest.raises(FixInput, match="the first 200 of 500 faults") as why:
        on_applying(Known(), read(dumps([of("Agnet", f"x{number}") for number in range(500)])))
    assert len(why.value.complaints) == 200


def test_faults_of_the_whole_have_their_places_too() -> None:
    sent = read(b"kind: Team\nmetadata: {name: t}\nspec:\n  members:\n    - nobody\n")
    with pytest.raises(FixInput) as why:
        on_applying(Known(), sent)
    (complaint,) = with_places(sent, why.value).complaints
    assert complaint == Complaint(
        "documents[0] (Team t).spec.members.0",
        "there is no Agent 'nobody'",
        "define Agent nobody too, or correct it",
        document=0,
        path="spec.members.0",
        line=5,
        column=7,
    )


def test_what_others_name_is_not_deleted_and_they_are_listed() -> None:
    with pytest.raises(FixInput) as why:
        on_deletion(BASE, ("Agent", "", "li.wei"))
    assert why.value.status == 409
    assert [one.field for one in why.value.complaints] == ["Team field.spec.members.0"]


def test_what_nobody_names_is_deleted() -> None:
    after = on_deletion(BASE, ("Team", "", "field")).after
    assert ("Team", "", "field") not in after.catalog.items
    assert after.stored["Team", "", "field"] == Stored(("Team", "", "field"), 2, None)
    assert (after.revision, len(after.keys)) == (2, 2)


def form(workspace: str | None = None, name: str = "f", **properties: str) -> Json:
    """A form whose fields have these types."""
    fields = {field: {"type": kind} for field, kind in properties.items()}
    return of("Form", name, workspace, schema={"type": "object", "properties": fields}, subject="x")


def priced(workspace: str | None = "w") -> Json:
    """A rule that looks at the field `price`."""
    return of("RoutingRule", "costly", workspace, when="fields.price > 5000.0", then=[{"add_tags": ["costly"]}])


SHOP = in_force(of("Workspace", "w", number_prefix="W"), form("w", price="number"), priced())


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([priced()], []),
        ([of("RoutingRule", "r", "w", when="fields.price == 'x'", then=[{"add_tags": ["a"]}])], [(0, "spec.when")]),
        ([of("RoutingRule", "r", "w", when="fields.prise > 1.0", then=[{"add_tags": ["a"]}])], [(0, "spec.when")]),
        ([form("w", price="string")], [(0, "spec.schema")]),
        ([form("w", cost="number")], [(0, "spec.schema")]),
        ([form("w", name="g", price="string")], [(0, "spec.schema.properties.price"), (0, "spec.schema")]),
        ([form("w", name="g", size="string")], []),
        (
            [
                form("w", cost="number"),
                priced() | {"spec": {"when": "fields.cost > 1.0", "then": [{"add_tags": ["a"]}]}},
            ],
            [],
        ),
    ],
)
def test_conditions_fit_the_fields_of_their_workspaces_forms(
    documents: list[Json], expected: list[tuple[int, str]]
) -> None:
    if expected:
        assert refused(SHOP, *documents) == (422, expected)
    else:
        assert on_applying(SHOP, read(dumps(documents))).planned


def test_a_form_whose_fields_conditions_look_at_is_not_deleted() -> None:
    with pytest.raises(FixInput) as why:
        on_deletion(SHOP, ("Form", "w", "f"))
    assert (why.value.status, [one.field for one in why.value.complaints]) == (409, ["RoutingRule costly.spec.when"])
