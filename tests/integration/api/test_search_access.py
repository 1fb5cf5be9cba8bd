"""Everybody finds only what they may read: nothing hidden makes a hit, a highlight, a place in the order or a count."""

import random
from base64 import urlsafe_b64decode

import pytest

from gongdan.api.domain.search_query import SearchQuery
from gongdan.api.domain.searching import Text, found_in, own_texts
from gongdan.api.domain.terms import terms_of
from gongdan.api.domain.views import Ticket
from gongdan.shared.access.fields import HIDE
from gongdan.shared.access.rights import Rights, redact, rights_of
from gongdan.shared.access.who import Credential
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Person
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition
from tests.integration.api.canaries import CanaryStory, canary
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.integration.api.spoken import SpokenStory, catch_up, hits, numbers, search, tell
from tests.unit.shared.access.given import agent, role

EVERYTHING = {"*": "read"}
SEARCHED = {"subject": "subject", "requester": "requester", "messages": "messages", "notes": "notes"} | {
    "cost": "fields.cost"
}


@pytest.fixture
async def told(live: Live) -> Live:
    """api with a ticket that carries a word of its own in each field."""
    await live.tell(*CanaryStory(1).all())
    await catch_up(live.database)
    return live


@pytest.mark.parametrize("field", SEARCHED)
async def test_a_field_is_searched_by_who_may_read_it_only(told: Live, field: str) -> None:
    define(told, role("blind", fields=EVERYTHING | {field: "hide"}), role("narrow", fields={field: "read"}))
    blind, narrow = await session(told, "agent:blind"), await session(told, "agent:narrow")
    assert hits(await search(told, narrow, q=f'"{canary(field)}"')) == [(SEARCHED[field], canary(field))]
    nothing: dict[str, object] = {"items": [], "next": None, "total": {"count": 0, "kind": "exactly"}}
    assert await search(told, blind, q=canary(field)) == nothing
    assert SEARCHED[field] not in dict(hits(await search(told, blind, q="canary")))


@pytest.mark.parametrize("field", ["status", "category", "team", "assignee", "tags", "history", "clocks", "deliveries"])
async def test_nothing_else_is_searched(told: Live, field: str) -> None:
    assert await numbers(told, q=canary(field)) == []


@pytest.mark.parametrize("scope", ["false", "ticket.team == 'another'", "ticket.subject.startsWith('x')"])
async def test_a_ticket_out_of_scope_is_not_found_by_its_number_either(told: Live, scope: str) -> None:
    define(told, role("elsewhere", fields=EVERYTHING, scope=scope))
    headers = await session(told, "agent:elsewhere")
    assert await search(told, headers, q="GD-1") == await search(told, headers, q="GD-99")


async def test_a_contact_finds_what_was_said_to_them_on_their_own_tickets(live: Live) -> None:
    mine, other = Person(email="me@example.com"), Person(email="other@example.com")
    await tell(
        live,
        SpokenStory(1, text="打印机卡纸", note="打印机太旧", requester=mine),
        SpokenStory(2, text="打印机卡纸", requester=other),
    )
    define(live, role("contact", fields=EVERYTHING, scope="ticket.requester.email == actor.email"))
    headers = await session(live, "contact:email:me@example.com")
    assert hits(await search(live, headers, q="打印机")) == [("messages", "打印机")]
    assert await numbers(live, headers, q="太旧") == []


async def test_a_field_that_one_role_shows_on_some_tickets_is_not_searched_on_others(live: Live) -> None:
    await tell(live, SpokenStory(1, text="退款", team="ours"), SpokenStory(2, text="退款", team="theirs"))
    both = role("both", fields=EVERYTHING, scope="ticket.team == 'ours'")
    everybody = role("all", fields={"subject": "read"})
    define(live, both, everybody)
    _hold_all(live)
    headers = await session(live, "agent:holder")
    assert await numbers(live, headers, q="question") == ["GD-2", "GD-1"]
    page = await search(live, headers, q="退款")
    assert [item["ticket"]["number"] for item in page["items"]] == ["GD-1"]
    assert page["total"] == {"count": 1, "kind": "exactly"}


async def test_pages_of_an_odd_scope_tell_nothing_of_what_is_outside_it(live: Live) -> None:
    stories = [SpokenStory(n, subject=f"{'ours' if n % 4 == 0 else 'theirs'}", text="退款") for n in range(1, 13)]
    await tell(live, *stories)
    define(live, role("odd", fields=EVERYTHING, scope="ticket.subject.startsWith('ours')"))
    headers = await session(live, "agent:odd")
    hidden = {str(story.ticket_id) for story in stories if story.subject == "theirs"}
    first = await search(live, headers, q="退款", limit=2)
    last = await search(live, headers, q="退款", limit=1, cursor=first["next"])
    assert [item["ticket"]["number"] for item in (*first["items"], *last["items"])] == ["GD-12", "GD-8", "GD-4"]
    assert (first["total"], last["next"]) == (None, None)
    assert not any(one in _read(first["next"]) for one in hidden)


async def test_the_order_does_not_tell_of_a_subject_that_is_hidden_on_some_tickets(live: Live) -> None:
    stories = [SpokenStory(n, subject="退款" if n == 1 else "-", text="退款", team="ours") for n in range(1, 4)]
    await tell(live, *stories)
    define(
        live,
        role("ours", fields=EVERYTHING | {"subject": "hide"}, scope="ticket.team == 'ours'"),
        role("theirs", fields=EVERYTHING, scope="ticket.team == 'theirs'"),
    )
    assert await numbers(live, await session(live, "agent:ours"), q="退款") == ["GD-3", "GD-2", "GD-1"]
    assert await numbers(live, q="退款") == ["GD-1", "GD-3", "GD-2"]


async def test_a_filter_on_what_is_hidden_is_refused(told: Live) -> None:
    define(told, role("blind", fields=EVERYTHING | {"team": "hide"}))
    headers = await session(told, "agent:blind")
    answer = await told.stranger.get("/v1/search?q=canary&team=x", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (403, "team")


WORDS = ("打印机", "卡纸", "退款", "paper", "refunds", "jam")
SCOPES = ("true", "ticket.team == 'ours'", "ticket.team in ['ours', 'theirs']", "ticket.subject.contains('a')")
QUERIES = ("打印", "机卡", "打印机卡纸", "refund", '"paper jam"', "退款 jam", "卡纸 refund", "gd-7")


@pytest.mark.parametrize("seed", range(6))
async def test_what_is_found_is_what_a_reader_of_everything_shown_would_find(live: Live, seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 - repeatable
    stories = [_any_story(luck, number) for number in range(1, 25)]
    await tell(live, *stories)
    roles = [_any_role(luck, name) for name in ("first", "second")]
    define(live, *roles)
    _hold_all(live)
    rights = rights_of(live.definitions.current, Credential(Actor("agent", "holder")))
    headers = await session(live, "agent:holder")
    tickets = await _all_tickets(live)
    for query in QUERIES:
        expected = {story.name for story in stories if _found(rights, tickets[story.name], story, query)}
        assert set(await numbers(live, headers, q=query, limit=50)) == expected, (seed, query)


def _any_story(luck: random.Random, number: int) -> SpokenStory:
    def text() -> str:
        return luck.choice(["", " "]).join(luck.choices(WORDS, k=luck.randint(1, 3)))

    return SpokenStory(
        number,
        subject=text(),
        text=text(),
        note=text(),
        team=luck.choice(["ours", "theirs", "nobody"]),
        requester=Person(name=text(), email="customer@example.com"),
        fields={"cost": text(), "place": text()},
    )


def _any_role(luck: random.Random, name: str) -> Definition:
    names = ["*", "subject", "messages", "notes", "requester", "cost", "fields.place"]
    fields = {one: luck.choice(["hide", "read"]) for one in luck.sample(names, k=luck.randint(1, 5))}
    return role(name, fields=fields, scope=luck.choice(SCOPES))


async def _all_tickets(live: Live) -> dict[str, Ticket]:
    answer = await live.client.get("/v1/tickets", params={"limit": 200})
    return {item["number"]: Ticket.model_validate(item) for item in answer.json()["items"]}


def _found(rights: Rights, ticket: Ticket, story: SpokenStory, query: str) -> bool:
    """Whether somebody who reads all that is shown of a ticket would find it."""
    shown = redact(rights, ticket)
    if shown is None:
        return False
    rules = rights.sight(ticket).fields
    said = [Text("messages", story.text), Text("notes", story.note)]
    texts = [*own_texts(shown), *(text for text in said if rules.of(text.field) > HIDE)]
    return bool(found_in(terms_of(SearchQuery(q=query).q), texts))


def _hold_all(live: Live) -> None:
    """Give all roles there are to one agent."""
    roles = [item for item in live.definitions.current.items.values() if item.kind == "Role"]
    live.definitions.current = catalog_of(2, [*roles, agent("holder", *(item.name for item in roles))])


def _read(cursor: str) -> str:
    return urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
