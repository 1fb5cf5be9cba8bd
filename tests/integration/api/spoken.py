"""Tickets with something to find in them, and the search brought up to what was told."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from gongdan.api.adapters.search_index import SearchIndex
from gongdan.api.domain.option_titles import NO_TITLES, OptionTitles
from gongdan.shared.contracts import tickets
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Database
from tests.integration.api.live import Live
from tests.kit.whole_story import AGENT, WholeStory

CUSTOMER = Person(email="customer@example.com")


@dataclass(frozen=True)
class SpokenStory(WholeStory):
    """A ticket with a message, and with a note where one is given."""

    subject: str = "Question"
    text: str = "Hello"
    note: str = ""
    team: str = "support"
    requester: Person = CUSTOMER
    fields: dict[str, JsonValue] = field(default_factory=dict)

    def snapshot(self, version: int, **changes: Any) -> TicketSnapshot:
        """The ticket at a version."""
        words = {"requester": self.requester, "fields": self.fields, "team": self.team}
        return super().snapshot(version, **(words | changes))

    def added(self, version: int) -> tickets.MessageAdded:
        """What the customer says."""
        return super().added(version).model_copy(update={"text": self.text})

    def said(self, version: int, text: str, *, inside: bool = False) -> Event:
        """What an agent says, to the customer or among agents."""
        data = tickets.MessageAdded(
            ticket=self.snapshot(version),
            message_id=self.message_id,
            direction="out",
            visibility="internal" if inside else "public",
            channel="api",
            author=Person(id="li.wei"),
            text=text,
        )
        return self.on_ticket(data, actor=AGENT)

    def all(self) -> list[Event]:
        """All that router says."""
        return [*self.opened(), *([self.said(5, self.note, inside=True)] if self.note else [])]


async def tell(live: Live, *stories: SpokenStory) -> None:
    """Tell whole stories, and bring the search up to them."""
    await live.tell(*(event for story in stories for event in story.all()))
    await catch_up(live.database)


async def catch_up(database: Database, titles: OptionTitles = NO_TITLES) -> None:
    """Run the loop's steps until nothing is left to follow."""
    while await behind(database, titles.digest):
        await SearchIndex(database, lambda: titles)()


async def behind(database: Database, digest: str = "") -> bool:
    """Whether there is something that the search has not followed."""
    async with database.transaction() as unit:
        row = await unit.one(
            "SELECT walked IS NOT NULL OR titles <> :digest"
            " OR position < (SELECT coalesce(max(id), 0) FROM changes) AS behind"
            " FROM search_state",
            {"digest": digest},
        )
    return bool(row and row.behind)


async def search(live: Live, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    """A page that must be had: of the administrator, or of somebody else."""
    client = live.stranger if headers else live.client
    answer = await client.get("/v1/search", params=query, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def numbers(live: Live, headers: dict[str, str] | None = None, **query: Any) -> list[str]:
    """The numbers of the tickets of a page."""
    return [item["ticket"]["number"] for item in (await search(live, headers, **query))["items"]]


def hits(page: dict[str, Any]) -> list[tuple[str, str]]:
    """The field and the highlighted characters of all snippets of a page."""
    snippets = [snippet for item in page["items"] for snippet in item["snippets"]]
    return [(one["field"], "|".join(piece["text"] for piece in one["pieces"] if piece["hit"])) for one in snippets]
