"""Definitions as files: one request of many, faults as places in them, and a workspace that stands on its own."""

from pathlib import Path
from typing import Any

import pytest

from gongdan.shared.definitions.registry import Definition, check
from gongdan.shared.embedded import export
from gongdan.shared.embedded.documents import bundle, fault_line, read_files
from gongdan.shared.embedded.errors import FixSetup

TEAM = "kind: Team\nmetadata: {name: t}\n"


def test_files_become_one_stream_whose_lines_lead_back_to_them() -> None:
    found = bundle(
        [("a.yaml", TEAM), ("b.yaml", TEAM.rstrip()), ("c.yaml", f"%YAML 1.2\n---\n{TEAM}"), ("d.json", "{}")]
    )
    lines = found.text.splitlines()
    places = [(found.place(number + 1), line) for number, line in enumerate(lines) if line not in ("---", "...")]
    assert [place for place, line in places if line.startswith("kind")] == [("a.yaml", 1), ("b.yaml", 1), ("c.yaml", 3)]
    assert (("d.json", 1), "{}") in places


def test_a_fault_is_told_with_its_file_and_line() -> None:
    found = bundle([("a.yaml", TEAM), ("b.yaml", TEAM)])
    fault = {"field": "documents[1] (Team t).spec.x", "detail": "is wrong", "cure": "mend it", "line": 5, "column": 3}
    assert fault_line(found, fault) == "b.yaml:2:3: (Team t).spec.x: is wrong; mend it"
    assert fault_line(found, {"field": "body", "detail": "is empty"}) == "body: is empty"


def test_a_folder_gives_all_its_definitions_in_one_order(tmp_path: Path) -> None:
    for name in ("b/x.yaml", "a/y.yml", "z.json", "a/notes.txt", ".git/hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEAM)
    assert [Path(name).name for name in read_files([tmp_path]).files] == ["y.yml", "x.yaml", "z.json"]


@pytest.mark.parametrize(("name", "content"), [("none", None), ("bytes.yaml", b"\xff"), ("empty", ())])
def test_what_cannot_be_read_is_told_with_a_cure(tmp_path: Path, name: str, content: Any) -> None:
    if content == ():
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(FixSetup):
        read_files([tmp_path / name])


def of(kind: str, name: str, workspace: str | None = None, **spec: Any) -> Definition:
    """A definition."""
    return check(
        {"kind": kind, "metadata": {"name": name} | ({"workspace": workspace} if workspace else {}), "spec": spec}
    )


MAIL = {"host": "h", "user": "u", "auth": {"secretRef": "env:X"}, "from": "u@example.com"}
ALL = [
    of("Workspace", "w", number_prefix="W", team="field"),
    of("Workspace", "v", number_prefix="V"),
    of("Team", "field", members=["li.wei"]),
    of("Team", "own", "w"),
    of("Team", "other", "v"),
    of("Agent", "li.wei", display="李伟", manager="zhao.min"),
    of("Agent", "zhao.min", display="Zhao Min"),
    of("Agent", "nobody", display="Nobody"),
    *(
        check({"kind": "Mailbox", "metadata": {"name": f"mail-{each}"}, "spec": MAIL | {"workspace": each}})
        for each in "wv"
    ),
]


def test_a_workspace_is_exported_with_all_that_it_names() -> None:
    found = {"/".join(item.key) for item in export.whole(ALL, "w")}
    assert found == {"Workspace//w", "Team//field", "Team/w/own", "Agent//li.wei", "Agent//zhao.min", "Mailbox//mail-w"}


def test_what_is_not_there_is_not_exported() -> None:
    with pytest.raises(FixSetup, match="no workspace x"):
        export.whole(ALL, "x")


def test_files_are_the_same_every_time_and_old_ones_are_named(tmp_path: Path) -> None:
    contents = export.files(ALL)
    assert export.write(tmp_path, contents) == []
    assert export.write(tmp_path, export.files(reversed(ALL))) == []
    assert {path: (tmp_path / path).read_text() for path in contents} == contents
    assert contents["_shared/Agent/li.wei.yaml"].startswith("kind: Agent\n")
    assert export.write(tmp_path, export.files(ALL[:3])) == sorted(contents.keys() - export.files(ALL[:3]).keys())
