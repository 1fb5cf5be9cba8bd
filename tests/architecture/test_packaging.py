"""One lock for all, complete, hashed, and silent about where packages come from."""

import re
import tomllib
from typing import Any

import pytest

from tests.architecture.house import MEMBERS, ROOT, SERVICES, Member

LOCK = (ROOT / "requirements.lock").read_text()
PINNED = re.compile(r"^([a-z0-9._-]+)==\S+(?: ; .+)? \\$", re.MULTILINE)


def project(member: Member) -> dict[str, Any]:
    """The [project] table of a distribution."""
    table: dict[str, Any] = tomllib.loads((member.folder / "pyproject.toml").read_text())["project"]
    return table


def canonical(requirement: str) -> str:
    """The name that a requirement is locked under."""
    name = re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(member: Member) -> set[str]:
    """Everything a distribution asks for, extras too."""
    table = project(member)
    extras = [one for group in table.get("optional-dependencies", {}).values() for one in group]
    return {canonical(one) for one in [*table["dependencies"], *extras]}


def test_the_lock_holds_no_addresses() -> None:
    assert re.findall(r"^.*(?:://|file:|--index|--find-links|--extra-index).*$", LOCK, re.MULTILINE) == []


def test_every_locked_package_has_hashes() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_everything_a_distribution_asks_for_is_locked(member: Member) -> None:
    assert wanted(member) - set(PINNED.findall(LOCK)) - {"gongdan-shared"} == set()


def test_every_tool_of_the_development_group_is_locked() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"]
    assert {canonical(tool) for tool in tools} - set(PINNED.findall(LOCK)) == set()


def test_all_distributions_carry_one_version_and_one_licence() -> None:
    assert len({(project(member)["version"], project(member)["license"]) for member in MEMBERS}) == 1


@pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)
def test_a_service_depends_on_shared_and_on_no_other_service(member: Member) -> None:
    assert {name for name in wanted(member) if name.startswith("gongdan-")} == {"gongdan-shared"}
