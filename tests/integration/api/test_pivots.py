"""Tables of figures over HTTP: what they count is what the ticket list shows, for everybody who asks."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gongdan.api.adapters import facts
from gongdan.api.handlers import reporting
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition
from tests.integration.api.crowd import Told, crowd, forms, settle
from tests.integration.api.live import Live
from tests.integration.api.people import session
from tests.unit.shared.access.given import agent, role

CROWD = crowd(400)
ZONE = ZoneInfo("America/New_York")
ALL = {"*": "read"}
REPORTS = ["ReadReports"]
# Exact nets, nets that let through too much, roles of one workspace, several roles at once, fields hidden.
ROLES: tuple[Definition, ...] = (
    role("whole", actions=REPORTS, fields=ALL),
    role("team", actions=REPORTS, fields=ALL, scope="ticket.team in actor.teams || ticket.assignee == actor.id"),
    role("odd", actions=REPORTS, fields=ALL, scope="ticket.subject.endsWith('7')"),
    role("customer", actions=REPORTS, fields=ALL, scope="ticket.organisation == 'one.example.com'"),
    role(
        "urgent",
        actions=REPORTS,
        fields=ALL,
        scope="ticket.priority in ['urgent', 'high'] && ticket.channel == 'email'",
    ),
    role("costly", actions=REPORTS, fields=ALL, scope="ticket.fields.cost > 1.0"),
    role("own", actions=REPORTS, fields=ALL),
    role("own", workspace="repair", actions=REPORTS, fields=ALL, scope="ticket.status == 'open'"),
    role("looker", fields=ALL),
    role("reporter", actions=REPORTS, fields={"subject": "read"}, scope="ticket.team == 'first'"),
)
HOLDERS: dict[str, tuple[str, ...]] = {
    **{one: (one,) for one in ("whole", "team", "odd", "customer", "urgent", "costly", "own")},
    "several": ("customer", "odd"),
    "mixed": ("looker", "team"),
}


@pytest.fixture
async def told(live: Live) -> Live:
    """api with the crowd, and people with roles."""
    await settle(live.database, CROWD)
    people = [agent(name, *roles, teams=["first"]) for name, roles in HOLDERS.items()]
    live.definitions.current = catalog_of(1, [*ROLES, *people, *forms("support", "repair")])
    return live


async def pivot(live: Live, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    """A table that must be answered; by the administrator, if nobody else is named."""
    client = live.stranger if headers else live.client
    answer = await client.get("/v1/reports/pivot", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def listed(live: Live, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
    """All tickets of the list."""
    client, found, cursor = (live.stranger if headers else live.client), [], None
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        page = (await client.get("/v1/tickets", params={"limit": 200} | query | more, headers=headers)).json()
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            return found


def cells(view: dict[str, Any], measure: str) -> dict[tuple[Any, ...], Any]:
    """The figures of a table by group."""
    return {(*one["row"], *one["column"]): one["values"][measure] for one in view["cells"]}


def local(text: str, how: str) -> str:
    """A moment as a bucket names it."""
    return datetime.fromisoformat(text).astimezone(ZONE).strftime(how)


def attribute(name: str) -> Callable[[dict[str, Any]], Iterable[Any]]:
    """What a ticket says under this name, as the one group that it is in."""
    return lambda ticket: [ticket[name]]


OF_A_TICKET: dict[str, Callable[[dict[str, Any]], Iterable[Any]]] = {
    **{
        name: attribute(name)
        for name in ("workspace", "channel", "status", "status_category", "priority", "category", "team", "assignee")
    },
    "requester": lambda ticket: [ticket["requester"]["email"]],
    "organisation": lambda ticket: [ticket["requester"]["email"].split("@")[1]],
    "tag": lambda ticket: ticket["tags"] or [None],
    "fields.kind": lambda ticket: [ticket["fields"].get("kind") or None],
    "fields.parts": lambda ticket: ticket["fields"].get("parts") or [None],
    "fields.price.currency": lambda ticket: [(ticket["fields"].get("price") or {}).get("currency")],
    "day": lambda ticket: [local(ticket["created_at"], "%Y-%m-%d")],
    "week": lambda ticket: [local(ticket["created_at"], "%G-W%V")],
    "month": lambda ticket: [local(ticket["created_at"], "%Y-%m")],
    "hour": lambda ticket: [local(ticket["created_at"], "%H")],
    "weekday": lambda ticket: [local(ticket["created_at"], "%u")],
}


@pytest.mark.parametrize("name", HOLDERS)
async def test_everybodys_figures_are_those_of_the_tickets_in_their_list(told: Live, name: str) -> None:
    headers = await session(told, f"agent:{name}")
    tickets = await listed(told, headers)
    if name == "mixed":
        tickets = [one for one in tickets if one["team"] == "first" or one["assignee"] == "mixed"]
    assert tickets
    for dimension, groups in OF_A_TICKET.items():
        view = await pivot(told, headers, rows=dimension, time_zone=str(ZONE))
        expected = Counter((group,) for ticket in tickets for group in groups(ticket))
        assert cells(view, "created") == dict(expected), dimension
        assert view["total"] == {"created": len(tickets)}, dimension


FILTERED: tuple[dict[str, Any], ...] = (
    {"workspace": "repair"},
    {"status_category": ["open", "waiting"], "priority": "urgent"},
    {"team": ["-", "first"], "tag": ["red", "blue"]},
    {"assignee": "-", "q": "printer"},
    {"requester": "A@one.example.com"},
    {"created_since": "2026-03-01T00:00:00Z", "created_until": "2026-03-09T00:00:00+08:00"},
)


@pytest.mark.parametrize("filters", FILTERED)
async def test_filters_are_those_of_the_list(told: Live, filters: dict[str, Any]) -> None:
    tickets = await listed(told, **filters)
    view = await pivot(told, rows=["team", "tag"], columns="priority", **filters)
    groups = ((one["team"], tag, one["priority"]) for one in tickets for tag in one["tags"] or [None])
    assert cells(view, "created") == dict(Counter(groups))
    assert {one["column"][0]: one["values"]["created"] for one in view["column_totals"]} == dict(
        Counter(one["priority"] for one in tickets)
    )
    assert view["total"]["created"] == len(tickets)
    assert tickets


def rounded(values: dict[Any, Any]) -> dict[Any, Any]:
    """Figures to compare."""
    return {key: round(value, 6) if isinstance(value, float) else value for key, value in values.items()}


def by_team(facts: Iterable[tuple[Told, Any]]) -> dict[Any, list[Any]]:
    """What is measured, by team."""
    found: dict[Any, list[Any]] = {}
    for one, value in facts:
        found.setdefault((one.ticket.team,), []).append(value)
    return found


async def test_each_measure_is_counted_at_its_own_moments(told: Live) -> None:
    since, until = datetime.fromisoformat("2026-03-07T10:00:00Z"), datetime.fromisoformat("2026-03-08T16:00:00Z")
    names = ["created", "resolved", "median_resolution", "average_first_response", "sla_hit", "breached", "backlog"]
    query: dict[str, Any] = {"since": since.isoformat(), "until": until.isoformat()}
    view = await pivot(told, rows="team", measures=names, **query)

    def within(moment: datetime | None) -> bool:
        return moment is not None and since <= moment < until

    created = by_team((one, 1) for one in CROWD if within(one.ticket.created_at))
    ended = [one for one in CROWD if one.resolved_at and within(one.resolved_at)]
    took = by_team((one, (one.ended_at - one.ticket.created_at).total_seconds()) for one in ended)
    answered = [one for one in CROWD if one.answered_at and within(one.answered_at)]
    answers = by_team((one, (one.ended_at - one.ticket.created_at).total_seconds()) for one in answered)
    hits = by_team((one, int(one.hit)) for one in CROWD if one.hit is not None and within(one.ended_at))
    waiting = by_team((one, 1) for one in CROWD if one.ticket.status_category not in {"resolved", "closed"})
    assert cells(view, "created") == {key: len(found) for key, found in created.items()}
    assert cells(view, "resolved") == {key: len(found) for key, found in took.items()}
    assert cells(view, "median_resolution") == {key: median(found) for key, found in took.items()}
    assert rounded(cells(view, "average_first_response")) == rounded({key: mean(one) for key, one in answers.items()})
    assert rounded(cells(view, "sla_hit")) == rounded({key: mean(found) for key, found in hits.items()})
    assert cells(view, "breached") == {key: found.count(0) for key, found in hits.items()}
    assert cells(view, "backlog") == {key: len(found) for key, found in waiting.items()}
    everything = [seconds for found in took.values() for seconds in found]
    assert view["total"]["median_resolution"] == median(everything)


async def test_numbers_are_added_up_exactly_and_money_by_currency(told: Live) -> None:
    costs = [one.ticket.fields.get("cost") for one in CROWD]
    numbers = [one for one in costs if isinstance(one, int | float)]
    names = ["sum_cost", "average_cost", "median_cost", "smallest_cost", "greatest_cost", "sum_price", "median_price"]
    total = (await pivot(told, measures=names))["total"]
    found = [total[name] for name in names[:5]]
    assert found == [sum(numbers), pytest.approx(mean(numbers)), median(numbers), min(numbers), max(numbers)]
    prices: list[Any] = [one.ticket.fields["price"] for one in CROWD if "price" in one.ticket.fields]
    for currency in ("CNY", "EUR"):
        amounts = [one["amount"] for one in prices if one["currency"] == currency]
        assert (total["sum_price"][currency], total["median_price"][currency]) == (sum(amounts), median(amounts))


async def test_dates_and_moments_of_forms_are_put_into_buckets(told: Live) -> None:
    wanted = await pivot(told, rows="fields.wanted.month", columns="fields.visit", time_zone="Asia/Shanghai")
    assert wanted["rows"][0]["values"] == ["2026-03", "2026-04", None]
    assert wanted["columns"][0]["values"] == ["2026-04-01", None]


async def test_a_span_shows_every_bucket_and_begins_where_the_zone_says(told: Live) -> None:
    span: dict[str, Any] = {"since": "2026-03-06T16:00:00Z", "until": "2026-03-11T16:00:00Z"}
    view = await pivot(told, rows="day", workspace="repair", **span)
    assert view["time_zone"] == "Asia/Shanghai"
    assert view["rows"][0]["values"] == [f"2026-03-{day:02}" for day in range(7, 12)]


SENSELESS: list[tuple[dict[str, Any], int, str]] = [
    ({"rows": "colour"}, 422, "rows"),
    ({"rows": "fields.none"}, 422, "rows"),
    ({"rows": "fields.story"}, 422, "rows"),
    ({"rows": "fields.price"}, 422, "rows"),
    ({"columns": "fields.wanted.hour"}, 422, "columns"),
    ({"measures": "sum_kind"}, 422, "measures"),
    ({"measures": "mean_rating"}, 422, "measures"),
    ({"measures": "sum_none"}, 422, "measures"),
    ({"time_zone": "Mars/North"}, 422, "time_zone"),
    ({"since": "2026-03-06T16:00:00"}, 422, "since"),
    ({"rows": ["team"] * 6}, 422, "rows"),
    ({"colour": "red"}, 422, "colour"),
]


async def test_what_cannot_be_answered_is_refused_with_its_name_and_a_cure(told: Live) -> None:
    for query, status, named in SENSELESS:
        answer = await told.client.get("/v1/reports/pivot", params=query)
        assert answer.status_code == status, query
        assert answer.json()["errors"][0]["field"].startswith(named), query
        assert answer.json()["errors"][0]["cure"], query


async def test_groups_are_never_cut_off(told: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST_GROUPS", 5)
    answer = await told.client.get("/v1/reports/pivot", params={"rows": "day"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:gongdan:problem:too-much")


async def test_what_takes_too_long_is_given_up(told: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "SELECT *, created_at AS at FROM tickets, pg_sleep(5)"
    monkeypatch.setattr(facts, "IN_TIME", "SET LOCAL statement_timeout = 50")
    monkeypatch.setattr("gongdan.api.adapters.facts.SOURCES", {"tickets": slow})
    answer = await told.client.get("/v1/reports/pivot")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:gongdan:problem:too-much")


async def test_too_many_tickets_to_ask_one_by_one_are_refused(told: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MOST_ASKED", 10)
    odd, whole = await session(told, "agent:odd"), await session(told, "agent:whole")
    answers = [await told.stranger.get("/v1/reports/pivot", headers=one) for one in (odd, whole)]
    assert [one.status_code for one in answers] == [422, 200]


async def test_only_who_may_read_reports_gets_figures(told: Live) -> None:
    told.definitions.current = catalog_of(1, [role("looker", fields=ALL), agent("looker", "looker")])
    headers = await session(told, "agent:looker")
    answer = await told.stranger.get("/v1/reports/pivot", headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (403, "action")
