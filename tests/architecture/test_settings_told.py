"""deploy/README.md names every setting of every service, with its default."""

import re
from datetime import timedelta

import pytest
from pydantic import TypeAdapter
from pydantic.fields import FieldInfo

from gongdan.shared.settings import PREFIX, BaseServiceSettings
from tests.architecture.house import ROOT, SERVICES, Member
from tests.architecture.known_settings import fields

TOLD = (ROOT / "deploy" / "README.md").read_text().partition("\n## Settings\n")[2]
COMMON = {f"{PREFIX}{name}".upper(): info for name, info in BaseServiceSettings.model_fields.items()}
DIFFERS = {"GONGDAN_HTTP_PORT"}

EACH = pytest.mark.parametrize("member", SERVICES, ids=lambda member: member.name)


def told(table: str) -> dict[str, str]:
    """The settings in the table of this title, each with its default as it is written there."""
    _, _, after = TOLD.partition(f"| {table} | default | meaning |\n| --- | --- | --- |\n")
    rows = [line.split(" | ") for line in after.partition("\n\n")[0].splitlines()]
    return {PREFIX + name: row[1] for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def written(info: FieldInfo) -> str:
    """A default as the tables write it."""
    if info.is_required():
        return "*to be given*"
    value = info.default.get_secret_value() if hasattr(info.default, "get_secret_value") else info.default
    if value in (None, "", (), {}):
        return "–"
    plain = TypeAdapter(timedelta).dump_python(value, mode="json") if isinstance(value, timedelta) else value
    return f"`{str(plain).lower() if isinstance(plain, bool) else plain}`"


def test_what_every_service_is_told_is_in_the_first_table_with_its_default() -> None:
    expected = {name: written(info) for name, info in COMMON.items() if name not in DIFFERS}
    found = told("every service")
    assert {name: default for name, default in found.items() if name not in DIFFERS} == expected
    assert found.keys() == COMMON.keys()


@EACH
def test_what_a_service_is_told_besides_is_in_a_table_of_its_own_with_its_default(member: Member) -> None:
    found = told(member.name)
    own = {name: written(info) for name, info in fields(member).items() if name not in COMMON}
    assert {name: own.get(name) if default == "see above" else default for name, default in found.items()} == own
