"""What is wrong with a document is told completely, once, and by the places the document has."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from gongdan.shared.definitions.registry import KINDS, check, complaints
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.errors import FixInput


def document(kind: str, spec: Any = None, **metadata: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": "x", **metadata}, "spec": {} if spec is None else spec}


def told(kind: str, spec: Any = None, **metadata: Any) -> list[tuple[str, str]]:
    return [(one.field, one.problem) for one in complaints(document(kind, spec, **metadata))]


def fields(kind: str, spec: Any = None, **metadata: Any) -> list[str]:
    return [field for field, _ in told(kind, spec, **metadata)]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    found = fields("Team", {"members": ["Not a name"], "led": "x"}, name="Not a name", colour="red")
    assert sorted(found) == ["metadata.colour", "metadata.name", "spec.led", "spec.members.0"]


def test_an_unknown_kind_is_told_with_the_nearest_one() -> None:
    (found,) = complaints(document("Teams"))
    assert (found.field, found.cure) == ("kind", "did you mean Team?")


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({"metadata": {"name": "x"}}, "kind"),
        ({"kind": "Team"}, "metadata"),
        ({"kind": "Team", "metadata": {"name": "x"}, "spec": [1]}, "spec"),
        ({"kind": "Team", "metadata": [], "spec": {}}, "metadata"),
        ({"kind": ["Team"], "metadata": {"name": "x"}}, "kind"),
        ({"kind": "Team", "metadata": {"name": "x"}, "apiVersion": "gongdan/v2"}, "apiVersion"),
        ({"kind": "Team", "metadata": {"name": "x"}, "more": 1}, "more"),
    ],
)
def test_what_is_no_document_is_told_by_its_field(raw: dict[str, Any], field: str) -> None:
    assert field in [one.field for one in complaints(raw)]


def test_of_several_shapes_only_the_nearest_is_complained_about() -> None:
    rule = {"event": "TicketOpened", "template": "t"}
    assert fields("NotificationRule", {**rule, "to": [{"manager_of": "A boss"}]}) == ["spec.to.0.manager_of"]
    assert fields("NotificationRule", {**rule, "to": [{"manager_of": "boss", "level": 99}]}) == ["spec.to.0.level"]
    assert fields("NotificationRule", {**rule, "to": ["Not a name"]}) == ["spec.to.0"]


def test_a_shape_whose_fields_are_right_is_nearer_than_one_with_fewer_mistakes() -> None:
    tasks = [{"id": f"t{nth}", "type": "task", "who": "Nobody"} for nth in range(5)]
    branch = {"id": "b", "type": "branch", "cases": [{"when": "true", "flow": tasks}]}
    assert fields("Process", {"flow": [branch]}) == [f"spec.flow.0.cases.0.flow.{nth}.who" for nth in range(5)]


def test_the_names_of_shapes_are_not_in_paths() -> None:
    task = {"id": "a", "type": "task", "who": "assignee", "within": "soon"}
    flow = [{"id": "b", "type": "branch", "cases": [{"when": "true", "flow": [task]}, {"else": [task | {"id": "c"}]}]}]
    assert fields("Process", {"flow": flow}) == [
        "spec.flow.0.cases.0.flow.0.within",
        "spec.flow.0.cases.1.else.0.within",
    ]


@pytest.mark.parametrize(
    ("kind", "workspace", "field"),
    [("Workspace", "w", ["metadata.workspace"]), ("Workspace", None, []), ("Team", "w", []), ("Team", None, [])],
)
def test_a_kind_says_whether_it_belongs_to_a_workspace(kind: str, workspace: str | None, field: list[str]) -> None:
    assert fields(kind, workspace=workspace) == field


@pytest.mark.parametrize(
    ("kind", "spec", "field", "cure"),
    [
        ("Team", {"lead": "First Agent"}, "spec.lead", "use lower-case letters"),
        ("Agent", {"display": "A", "ids": {"dingtal": "x"}}, "spec.ids.dingtal", "did you mean dingtalk?"),
        ("Process", {"flow": [{"id": "a", "type": "tusk"}]}, "spec.flow.0.type", "did you mean task?"),
        ("Calendar", {"timezone": "shanghai"}, "spec.timezone", "for instance Asia/Shanghai"),
        ("Calendar", {"timezone": "UTC", "week": {"mo": []}}, "spec.week.mo", "for instance mon-fri"),
        ("Role", {"actions": ["Rply"]}, "spec.actions.0", "did you mean Reply?"),
        ("Team", {"memers": []}, "spec.memers", "did you mean members?"),
        ("Team", {"members": [], "colour": 1}, "spec.colour", "remove this field"),
        ("Team", {"capacity": 1}, "spec.capacity", "remove this field"),
        ("SlaPolicy", {"targets": {"resolution": {"urgnt": "1h"}}}, "spec.targets.resolution.urgnt", "mean urgent?"),
    ],
)
def test_the_cure_says_what_to_write(kind: str, spec: dict[str, Any], field: str, cure: str) -> None:
    (found,) = complaints(document(kind, spec))
    assert found.field == field
    assert cure in found.cure


def test_a_secret_that_stands_where_its_reference_belongs_is_not_repeated() -> None:
    (found,) = complaints(document("Channel", {"url": "https://example.com", "secretRef": "hunter2"}))
    assert "hunter2" not in f"{found.problem} {found.cure}"
    assert "env:NAME" in found.cure


def test_types_are_not_guessed() -> None:
    assert fields("RoutingRule", {"order": "10", "then": [], "stop": "yes"}) == ["spec.order", "spec.stop"]
    assert fields("Survey", {"question": 5}) == ["spec.question"]


def test_python_names_are_no_names_of_fields() -> None:
    verify = {"scheme": "hmac", "secret_ref": "env:X"}
    assert sorted(fields("Source", {"verify": verify})) == ["spec.verify.secret_ref"]


@pytest.mark.parametrize("secret", ["the secret itself", "env:", "http://example.com"])
def test_a_secret_can_only_be_referred_to(secret: str) -> None:
    assert fields("Channel", {"url": "https://example.com", "secretRef": secret}) == ["spec.secretRef"]


STATES = {"new": {"category": "new"}, "closed": {"category": "closed"}}


@pytest.mark.parametrize(
    ("kind", "spec", "problem"),
    [
        ("Workflow", {"states": STATES, "transitions": {"a": {"from": "new", "to": "gone"}}}, "names 'gone'"),
        ("Workflow", {"states": STATES, "initial": "gone"}, "initial names 'gone'"),
        ("Calendar", {"timezone": "UTC", "week": {"mon-fri": [], "wed": []}}, "wed is listed twice"),
        ("Calendar", {"timezone": "UTC", "overrides": [{"date": "2026-02-30", "closed": True}]}, "day"),
        ("Calendar", {"timezone": "UTC", "overrides": [{"date": "2026-02-20"}]}, "either open"),
        ("SlaPolicy", {"targets": {"first_response": {"*": "2h"}, "resolution": {"*": "1h"}}}, "first response"),
        ("Survey", {"question": "?", "labels": {"9": "x"}}, "not on the scale"),
        ("Template", {}, "write zh, en or both"),
        ("Template", {"en": {"subject": "{{ a() }}", "text": "x"}}, "is no place"),
        ("Article", {}, "write zh, en or both"),
        ("Report", {}, "either a pivot or a dashboard"),
        ("Dashboard", {"cards": [{"id": "a", "kind": "line", "at": [0, 0, 1, 1]}]}, "needs measure"),
        ("Dashboard", {"cards": [{"id": "a", "kind": "text", "text": "x", "at": [6, 0, 7, 1]}]}, "12 columns"),
        ("Automation", {"trigger": {}, "then": [{"take": True}]}, "either an event"),
        ("Automation", {"trigger": {"event": "TicketOpened"}, "then": [{}]}, "does nothing"),
        ("Channel", {"secretRef": "env:X"}, "needs a url"),
        ("Form", {"schema": {"a": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}}, "levels deep"),
    ],
)
def test_what_contradicts_itself_is_refused_and_says_why(kind: str, spec: dict[str, Any], problem: str) -> None:
    assert any(problem in one for _, one in told(kind, spec))


def deep(levels: int) -> list[dict[str, Any]]:
    flow: list[dict[str, Any]] = [{"id": "last", "type": "task", "who": "assignee"}]
    for level in range(levels):
        flow = [{"id": f"b{level}", "type": "parallel", "flows": [flow]}]
    return flow


def wait(name: str) -> dict[str, Any]:
    return {"id": name, "type": "wait", "for": "1h"}


@pytest.mark.parametrize(
    ("flow", "problem"),
    [
        (deep(8), "within each other"),
        (deep(300), ""),
        ([wait("a"), wait("a")], "each id may be used once"),
        (
            [{"id": f"p{n}", "type": "parallel", "flows": [[wait(f"w{n}-{m}") for m in range(99)]]} for n in range(3)],
            "300",
        ),
        (
            [{"id": "a", "type": "approval", "who": ["lead"], "on_reject": {"send_back_to": "b"}}, wait("b")],
            "does not come before it",
        ),
        ([{"id": "a", "type": "approval", "who": ["lead"], "mode": "vote"}], "quorum"),
        ([{"id": "a", "type": "branch", "cases": [{"else": []}, {"when": "true"}]}], "else must be the last case"),
    ],
)
def test_a_process_is_bounded_and_leads_somewhere(flow: list[dict[str, Any]], problem: str) -> None:
    found = told("Process", {"flow": flow})
    assert found != []
    assert any(problem in one for _, one in found)


def test_a_process_may_be_as_deep_as_it_says() -> None:
    assert told("Process", {"flow": deep(7)}) == []


def test_every_default_still_applies() -> None:
    found = [check(raw) for raw in YAML(typ="safe", pure=True).load_all(default_documents())]
    assert {item.kind for item in found} <= set(KINDS)
    assert len({item.key for item in found}) == len(found)


def test_what_is_wrong_is_raised_as_one() -> None:
    with pytest.raises(FixInput, match="Team x does not fit its kind") as refused:
        check(document("Team", {"lead": 1}))
    assert [one.field for one in refused.value.complaints] == ["spec.lead"]


def test_a_misspelt_part_of_the_head_is_recognised() -> None:
    (found,) = complaints(document("Team", {}) | {"metadata": {"name": "x", "titel": "X"}})
    assert (found.field, found.problem, found.cure) == ("metadata.titel", "is no field here", "did you mean title?")
