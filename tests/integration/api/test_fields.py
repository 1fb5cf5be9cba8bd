"""The fields of a workspace's tickets: those of its forms, and those that its forms once had."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from gongdan.shared.contracts.definitions import DefinitionApplied
from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketOpened
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

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


async def test_a_table_comes_with_the_titles_of_its_columns(live: Live) -> None:
    rows = {"type": "object", "properties": {"what": titled("物品"), "count": {"type": "integer", "x-order": -1}}}
    document = form("order", items={"type": "array", "items": rows})
    live.definitions.current = catalog_of(1, [check(document, 1)])
    (items,) = (await live.client.get("/v1/fields?workspace=support")).json()
    assert (items["kind"], items["columns"]) == (
        "table",
        [
            {"name": "count", "title": {"zh": "count", "en": "count"}},
            {"name": "what", "title": {"zh": "物品", "en": "物品"}},
        ],
    )


async def test_tickets_keep_what_they_hold_of_fields_that_are_gone_or_have_another_type_by_now(desk: Live) -> None:
    held = {"serial": "A-1", "cost": "much", "fault": [{"what": "lamp"}], "gone": None}
    opened, *_ = WholeStory(1).opened()
    assert isinstance(opened.data, TicketOpened)
    data = opened.data.model_copy(update={"ticket": opened.data.ticket.model_copy(update={"fields": held})})
    await desk.tell(replace(opened, data=data))
    assert (await desk.client.get("/v1/tickets/GD-1")).json()["fields"] == held
    assert [one["fields"] for one in (await desk.client.get("/v1/tickets")).json()["items"]] == [held]
    asked = {"condition": "fields.cost == null && fields.fault == ''", "ticket": "GD-1"}
    assert (await desk.client.post("/v1/conditions/test", json=asked)).json()["holds"] is True


async def test_a_stranger_learns_nothing(desk: Live) -> None:
    assert (await desk.stranger.get("/v1/fields?workspace=support")).status_code == 401
