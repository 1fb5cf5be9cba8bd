"""Definitions that cannot be applied: one problem document lists every fault with its place, and nothing changes."""

from typing import Any

import pytest

from tests.integration.intake.desk import Intake, Json, refused

BROKEN = b"""\
kind: Agent
metadata: {name: sound}
spec: {display: Sound}
---
kind: Agnet
metadata: {name: unknown-kind}
---
kind: Agent
metadata: {name: unknown-field}
spec: {display: X, emial: x@example.com}
---
kind: RoutingRule
metadata: {name: wrong-type, workspace: support}
spec:
  when: ticket.subject + 1 == 2
  then: [{add_tags: [x]}]
---
kind: Team
metadata: {name: dangling}
spec:
  members:
    - sound
    - nobody
---
kind: Agent
metadata: {name: sound}
spec: {display: Again}
---
kind: Agent
metadata: {name: admin, version: 7}
spec: {display: Stale}
---
kind: Agent
metadata: {name: broken
"""
FAULTS = [
    (1, "kind", 5, 1),
    (2, "spec.emial", 10, 20),
    (3, "spec.when", 15, 3),
    (4, "spec.members.1", 23, 7),
    (5, "metadata.name", 26, 12),
    (6, "metadata.version", 30, 25),
    (7, "", 35, 1),
]


async def test_every_fault_of_every_document_is_listed_with_its_place(intake: Intake) -> None:
    before = await intake.count("definitions"), await intake.count("outbox")
    answer = await intake.http.post("/intake/v1/definitions", content=BROKEN)
    assert refused(answer, 422)
    errors = answer.json()["errors"]
    assert [(one["document"], one["path"], one["line"], one["column"]) for one in errors] == FAULTS
    assert (await intake.count("definitions"), await intake.count("outbox")) == before


def agent(name: str, display: str = "Somebody", **metadata: Any) -> Json:
    """An agent."""
    return {"kind": "Agent", "metadata": {"name": name, **metadata}, "spec": {"display": display}}


def laughs() -> bytes:
    """A few lines that stand for a billion values."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    return "\n".join(lines).encode()


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ([agent("ok"), {"kind": "Agnet", "metadata": {"name": "x"}}], 422, "documents[1] (Agnet x).kind"),
        ([agent("ok"), agent("bad", emial="x")], 422, "documents[1] (Agent bad).metadata.emial"),
        (
            [{"kind": "Team", "metadata": {"name": "t"}, "spec": {"members": ["nobody"]}}],
            422,
            "documents[0] (Team t).spec.members.0",
        ),
        ([agent("ok"), agent("ok")], 422, "documents[1] (Agent ok).metadata.name"),
        ([agent("admin", version=9)], 409, "documents[0] (Agent admin).metadata.version"),
        ([], 422, "body"),
        (["words"], 422, "documents[0]"),
        ([agent("x", workspace="nowhere")], 422, "documents[0] (Agent x).metadata.workspace"),
    ],
)
async def test_if_one_is_wrong_none_is_applied(intake: Intake, body: object, status: int, field: str) -> None:
    before = await intake.count("definitions")
    assert field in refused(await intake.post("definitions", body), status)
    assert await intake.count("definitions") == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(laughs(), 422, id="aliases"),
        pytest.param(b"[" * 100_000, 422, id="depth"),
        pytest.param(b"- {}\n" * 25_000 + b"- {kind: X}\n" * 25_000, 422, id="documents"),
        pytest.param(b"kind: " + b"x" * (17 * 1024 * 1024), 413, id="size"),
        pytest.param(b"kind: \xff", 400, id="bytes"),
        pytest.param(b"kind: [", 422, id="no YAML"),
        pytest.param(b"kind: Agent\nkind: Team\n", 422, id="a name twice"),
        pytest.param(b'{"kind": "Agent", "kind": "Team"}', 422, id="a name twice in JSON"),
        pytest.param(b"kind: !!python/object:os.system {}\n", 422, id="a tag"),
    ],
)
async def test_what_is_too_much_or_no_document_is_a_problem_and_not_a_crash(
    intake: Intake, body: bytes, status: int
) -> None:
    assert refused(await intake.http.post("/intake/v1/definitions", content=body), status)


async def test_every_expression_of_a_source_that_cannot_be_used_is_named_once(intake: Intake) -> None:
    verify = {"scheme": "bearer", "secretRef": "env:KEY"}
    spec = {"verify": verify, "map": {"subject": "body.title +", "body": {"jmespath": "a[?"}}}
    answer = await intake.post("definitions", {"kind": "Source", "metadata": {"name": "wrong"}, "spec": spec})
    named = ["documents[0] (Source wrong).spec.map.subject", "documents[0] (Source wrong).spec.map.body"]
    assert refused(answer, 422) == named
