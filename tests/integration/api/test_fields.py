"""The fields of a workspace's tickets: those of its forms, and those that its forms once had."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.shared.contracts.definitions import DefinitionApplied
from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check
from tests.integration.api.live import Live

AT = datetime(2026, 3, 2, tzinfo=UTC)


def form(name: str = "repair", workspace: str | None = "support", **properties: Any) -> dict[str, Any]:
    """A form of these fields."""
    schema = {"type": "object", "properties": properties}
    return {"kind": "Form", "metadata": {"name": name, "workspace": workspace}, "spec": {"schema": schema}}


def applied(document: dict[str, Any], version: int) -> Event:
    """A version of a form."""
    meta, when, id_ = document["metadata"], AT + timedelta(days=version), uuid4()
    data = DefinitionApplied(
        kind="Form", workspace=meta["workspace"], name=meta["name"], version=version, revision=version,
        document=document, author="agent:admin", applied_at=when, reason="",
    )  # fmt: skip
    envelope = Envelope(
        id=id_, type="DefinitionApplied", source="gongdan.intake", subject="Form", occurred_at=when,
        recorded_at=when, actor=Actor("agent", "admin"), correlation_id=id_,
    )  # fmt: skip
    return Event(envelope, data, f"Form/{meta['workspace'] or ''}/{meta['name']}")


def titled(zh: str, **schema: Any) -> dict[str, Any]:
    """A text field with a Chinese title."""
    return {"type": "string", "x-i18n": {"zh": {"title": zh}}, **schema}


@pytest.fixture
async def desk(live: Live) -> Live:
    """A form that has lost a field, and had it under two titles."""
    first = form(serial=titled("编号"), cost={"type": "number"})
    second = form(serial=titled("序列号"), cost={"type": "number"})
    third = form(cost={"type": "number"}, fault=titled("故障"))
    other = form("move", "facilities", room=titled("房间"))
    for version, document in enumerate((first, second, third), 1):
        await live.tell(applied(document, version))
    await live.tell(applied(other, 1))
    live.definitions.current = catalog_of(3, [check(third, 3), check(other, 1)])
    return live


async def test_fields_of_forms_come_with_titles_and_variables(desk: Live) -> None:
    found = {one["name"]: one for one in (await desk.client.get("/v1/fields?workspace=support")).json()}
    assert list(found) == ["cost", "fault", "serial"]
    assert (found["fault"]["title"], found["fault"]["kind"]) == ({"zh": "故障", "en": "故障"}, "text")
    assert (found["cost"]["variables"], found["cost"]["forms"]) == ({"fields.cost": "double?"}, ["repair"])


async def test_a_field_that_no_form_has_any_more_keeps_its_last_title(desk: Live) -> None:
    found = (await desk.client.get("/v1/fields?workspace=support")).json()
    (serial,) = [one for one in found if one["removed"]]
    assert (serial["name"], serial["title"]["zh"], serial["forms"], serial["variables"]) == ("serial", "序列号", [], {})


async def test_a_stranger_learns_nothing(desk: Live) -> None:
    assert (await desk.stranger.get("/v1/fields?workspace=support")).status_code == 401
