"""Searching: Chinese and English, by every text of a ticket, in pages, beside what is being read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gongdan.api.adapters.search import AT_A_TIME, PostgresSearch
from gongdan.api.domain.option_titles import no_titles
from gongdan.api.domain.search_query import SearchQuery
from gongdan.api.handlers.searching import Searching
from gongdan.shared.access.rights import Rights
from gongdan.shared.access.who import Who
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Person
from gongdan.shared.errors import FixInput
from tests.integration.api.live import Live, project
from tests.integration.api.spoken import SpokenStory, catch_up, hits, numbers, search, tell

EVERYTHING = Rights(Who(Actor("agent", "admin"), unlimited=True))
LEE = Person(name="李伟", email="li.wei@example.com", phone="+8613800138000")
STORIES = [
    SpokenStory(1, subject="三楼打印机卡纸了", text="今天早上开始一直\n卡纸，请派人来修。", requester=LEE),
    SpokenStory(2, subject="Refunds", text="Two companies asked for the paper-jam fix.", note="退款已批准 ask finance"),
    SpokenStory(3, subject="Café is closed", text="打印机又卡\n纸了 PO-2024-0099", fields={"device": "HP M254dw"}),
    SpokenStory(10, subject="ＡＢＣ１２３ 登录失败", text="See GD-1.", fields={"parts": [{"name": "硒鼓"}]}),
]
FOUND: list[tuple[str, list[str]]] = [
    ("打印机", ["GD-1", "GD-3"]),
    ("卡纸", ["GD-1", "GD-3"]),
    ("打印机卡纸", ["GD-1", "GD-3"]),
    ("打印机又卡纸了", ["GD-3"]),
    ("“打印机卡纸”", ["GD-1"]),
    ("三楼，打印机", ["GD-1"]),
    ("机", ["GD-1", "GD-3"]),
    ("印打", []),
    ("打印 纸了", ["GD-1", "GD-3"]),
    ("refund", ["GD-2"]),
    ("REFUNDS", ["GD-2"]),
    ("company", ["GD-2"]),
    ("paper jam", ["GD-2"]),
    ('"paper jam"', ["GD-2"]),
    ('"jam paper"', []),
    ("aper", []),
    ("cafe", ["GD-3"]),
    ("abc123", ["GD-10"]),
    ("登录 abc", ["GD-10"]),
    ("po-2024", ["GD-3"]),
    ("m254", ["GD-3"]),
    ("硒鼓", ["GD-10"]),
    ("李伟", ["GD-1"]),
    ("li.wei@example.com", ["GD-1"]),
    ("example.com 打印机", ["GD-1", "GD-3"]),
    ("13800138000", ["GD-1"]),
    ("+86 138-0013-8000", ["GD-1"]),
    ("138-0013-8000", ["GD-1"]),
    ("8000", ["GD-1"]),
    ("退款 批准", ["GD-2"]),
    ("gd-10", ["GD-10"]),
    ("GD-1", ["GD-1", "GD-10"]),
    ("1", ["GD-1", "GD-10"]),
    ("打印机 refund", []),
]


@pytest.fixture
async def told(live: Live) -> Live:
    """api that has heard all stories and split them into words."""
    await tell(live, *STORIES)
    return live


async def test_what_is_found(told: Live) -> None:
    for text, expected in FOUND:
        assert await numbers(told, q=text) == expected, text


async def test_snippets_say_where_and_mark_what(told: Live) -> None:
    assert hits(await search(told, q="打印机")) == [("subject", "打印机"), ("messages", "打印机")]
    assert hits(await search(told, q="打印机卡纸")) == [("subject", "打印机卡纸"), ("messages", "打印机|卡 纸")]
    assert hits(await search(told, q="company jam")) == [("messages", "companies|jam")]
    assert hits(await search(told, q="CAFE m254")) == [("subject", "Café"), ("fields.device", "M254")]
    assert hits(await search(told, q="0013 8000")) == [("requester", "+8613800138000")]
    assert hits(await search(told, q="退款")) == [("notes", "退款")]


async def test_a_snippet_of_a_message_leads_to_its_event(told: Live) -> None:
    page = await search(told, q="paper")
    timeline = (await told.client.get("/v1/tickets/GD-2/timeline")).json()["items"]
    (event,) = [item["id"] for item in timeline if "paper" in item["data"].get("text", "")]
    assert page["items"][0]["snippets"][0]["event_id"] == event


async def test_the_ticket_of_that_number_comes_first_then_titles_then_texts(live: Live) -> None:
    await tell(
        live,
        SpokenStory(7, subject="GD-9 once more"),
        SpokenStory(8, text="as in GD-9"),
        SpokenStory(9),
        SpokenStory(11, text="GD-9 again"),
    )
    assert await numbers(live, q="gd-9") == ["GD-9", "GD-7", "GD-11", "GD-8"]
    assert await numbers(live, q="9") == ["GD-9", "GD-7", "GD-11", "GD-8"]
    assert await numbers(live, q="gd-9", sort="newest") == ["GD-11", "GD-9", "GD-8", "GD-7"]


async def test_the_filters_of_the_list_count(told: Live) -> None:
    assert await numbers(told, q="打印机", requester="li.wei@example.com") == ["GD-1"]
    assert await numbers(told, q="打印机", team="nobody") == []
    assert await numbers(told, q="打印机", status_category=["new", "open"]) == ["GD-1", "GD-3"]


@pytest.mark.parametrize("sort", ["best", "newest"])
@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_neither_repeat_nor_skip(live: Live, sort: str, limit: int) -> None:
    stories = [SpokenStory(n, subject="退款" if n % 3 else "-", text="退款" if n % 2 else "-") for n in range(1, 12)]
    await tell(live, *stories)
    whole = await numbers(live, q="退款", sort=sort)
    found, cursor = [], None
    while True:
        page = await search(live, q="退款", sort=sort, limit=limit, **({"cursor": cursor} if cursor else {}))
        assert (page["total"] is None) is (cursor is not None)
        found += [item["ticket"]["number"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == whole
    assert len(found) == 10


async def test_what_is_nearly_everywhere_is_walked_and_gives_the_same_tickets(live: Live) -> None:
    stories = [
        SpokenStory(n, subject="退款" if n % 3 else "-", text="退款 jam" if n % 2 else "-") for n in range(1, 12)
    ]
    await tell(live, *stories)
    query = SearchQuery(q="退款 jam", sort="newest", limit=2)
    ranked, walked = [
        await _pages(Searching(PostgresSearch(live.database, most), no_titles), EVERYTHING, query)
        for most in (1_000, 0)
    ]
    assert ranked == walked == [["GD-11", "GD-9"], ["GD-7", "GD-5"], ["GD-3", "GD-1"]]


async def _pages(searching: Searching, rights: Rights, query: SearchQuery) -> list[list[str]]:
    page = await searching.page(rights, query)
    found = [hit.ticket.number for hit in page.items]
    rest = await _pages(searching, rights, query.model_copy(update={"cursor": page.next})) if page.next else []
    return [found, *rest]


async def test_the_total_is_exact_where_words_are_and_where_everything_is_shown(told: Live) -> None:
    assert (await search(told, q="卡纸", limit=1))["total"] == {"count": 2, "kind": "exactly"}
    assert (await search(told, q="打印机", limit=1))["total"] == {"count": 2, "kind": "about"}
    assert (await search(told, q="打印机"))["total"] == {"count": 2, "kind": "exactly"}
    assert (await search(told, q="没有"))["total"] == {"count": 0, "kind": "exactly"}


async def test_what_changes_is_found_by_what_it_is_now(told: Live) -> None:
    story = STORIES[2]
    after = replace(story, subject="硒鼓用完", fields={})
    await told.tell(story.resolved(), after.said(6, "新的明天到"))
    await catch_up(told.database)
    assert await numbers(told, q="cafe") == []
    assert await numbers(told, q="m254dw") == []
    assert hits(await search(told, q="硒鼓用完")) == [("subject", "硒鼓用完")]
    assert await numbers(told, q="明天到") == ["GD-3"]


async def test_the_search_is_made_anew_from_what_was_read(told: Live) -> None:
    async with told.database.transaction() as unit:
        await unit.execute("TRUNCATE search_parts")
        await unit.execute("UPDATE search_state SET position = 0")
        await unit.execute("DELETE FROM changes WHERE id < (SELECT max(id) FROM changes)")
    assert await numbers(told, q="打印机") == []
    await catch_up(told.database)
    for text, expected in FOUND:
        assert await numbers(told, q=text) == expected, text


async def test_the_search_does_not_depend_on_how_the_events_are_told(told: Live) -> None:
    events = [event for story in STORIES for event in story.all()]
    before = await _parts(told)
    for event in reversed(events):
        await project(told.database, [event])
    await catch_up(told.database)
    assert await _parts(told) == before


async def _parts(live: Live) -> list[Any]:
    async with live.database.transaction() as unit:
        return [tuple(row) for row in await unit.all("SELECT * FROM search_parts ORDER BY 1, 2, 3")]


SENSELESS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "q", "Field required"),
    ({"q": "，。!"}, "q", "has no letter and no digit"),
    ({"q": " ".join(f"word{n}" for n in range(9))}, "q", "has 9 terms"),
    ({"q": "字" * 150}, "q", "is too long"),
    ({"q": "x" * 201}, "q", "String should have at most 200 characters"),
    ({"q": "x", "cursor": "nonsense"}, "cursor", "is not one of ours"),
    ({"q": "x", "colour": "red"}, "colour", "is not known here"),
    ({"q": "x", "sort": "priority"}, "sort", "Input should be 'best' or 'newest'"),
]


async def test_what_makes_no_sense_is_refused_by_name(told: Live) -> None:
    for query, field, problem in SENSELESS:
        answer = await told.client.get("/v1/search", params=query)
        assert answer.status_code == 422, query
        (complaint,) = answer.json()["errors"]
        assert (complaint["field"], complaint["detail"]) == (field, problem)
        assert complaint["cure"]


async def test_a_cursor_of_another_order_is_refused(told: Live) -> None:
    page = await search(told, q="卡纸", limit=1)
    answer = await told.client.get("/v1/search", params={"q": "卡纸", "sort": "newest", "cursor": page["next"]})
    assert answer.json()["errors"][0]["detail"] == "belongs to sort=best"


async def test_what_takes_too_long_is_ended_and_refused_with_a_cure_and_others_get_their_turn(told: Live) -> None:
    index = PostgresSearch(told.database, patience=timedelta(milliseconds=50))
    async with told.database.transaction() as unit:
        await unit.execute("LOCK TABLE search_parts")
        for _ in range(AT_A_TIME + 1):
            with pytest.raises(FixInput, match=r"too long; q: could not be answered within 0\.05 seconds") as refused:
                await Searching(index, no_titles).page(EVERYTHING, SearchQuery(q="打印机"))
    assert refused.value.complaints[0].cure


async def test_characters_that_no_database_keeps_are_just_not_found(told: Live) -> None:
    assert await numbers(told, q="打印机\x00") == ["GD-1", "GD-3"]
    assert await numbers(told, q="GD-1\x00") == ["GD-1", "GD-10"]


async def test_strangers_are_asked_to_sign_in(told: Live) -> None:
    assert (await told.stranger.get("/v1/search?q=x")).status_code == 401
