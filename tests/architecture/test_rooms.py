"""The same few rooms in every service: who knows one service finds the way in all."""

import pytest

from tests.architecture.house import MEMBERS, ROOMS, ROUTED, SERVICES, Member, where


def has_room(member: Member, room: str) -> bool:
    """A room is a file, or, when it outgrew that, a folder of the same name."""
    return (member.source / f"{room}.py").exists() or (member.source / room).is_dir()


@pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)
def test_every_service_has_all_rooms(member: Member) -> None:
    wanted = ROOMS + (("routes",) if member.name in ROUTED else ())
    assert [room for room in wanted if not has_room(member, room)] == []


@pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)
def test_a_service_starts_by_its_module_name_and_does_nothing_else_there(member: Member) -> None:
    assert len((member.source / "__main__.py").read_text().splitlines()) <= 20


def test_the_namespace_belongs_to_no_distribution() -> None:
    """One stray `gongdan/__init__.py` would hide all other distributions."""
    stray = [member.source.parent / "__init__.py" for member in MEMBERS]
    assert [where(path) for path in stray if path.exists()] == []


def test_every_distribution_says_that_it_is_typed() -> None:
    assert [member.name for member in MEMBERS if not (member.source / "py.typed").exists()] == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_a_distribution_holds_one_package_of_the_namespace(member: Member) -> None:
    found = {path.name for path in member.source.parent.iterdir()} - {"__pycache__"}
    assert found == {member.package}
