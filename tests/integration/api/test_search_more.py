"""Found too: files by their names, answers by what people call them, and either way of writing Chinese characters."""

from dataclasses import dataclass
from typing import Any

from gongdan.api.domain.option_titles import option_titles
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import Definition
from tests.integration.api.live import Live
from tests.integration.api.people import define, session
from tests.integration.api.spoken import SpokenStory, catch_up, hits, numbers, search, tell
from tests.unit.shared.access.given import definition, role

EVERYTHING = {"*": "read"}
NOTHING: dict[str, object] = {"items": [], "next": None, "total": {"count": 0, "kind": "exactly"}}


def form(**titles: str) -> Definition:
    """A form with one question, and what its answers are called in Chinese."""
    fault = {"type": "string", "enum": ["leak", "noise"], "x-i18n": {"zh": {"options": titles}}}
    return definition("Form", "repair", {"schema": {"type": "object", "properties": {"fault": fault}}}, "support")


@dataclass(frozen=True)
class WithFiles(SpokenStory):
    """A message with a file, and a note with another."""

    note: str = "look at it"

    def all(self) -> list[Event]:
        """All that router says."""
        return list(map(_with_file, super().all()))


def _with_file(event: Event) -> Event:
    data: Any = event.data
    if type(data).__name__ != "MessageAdded":
        return event
    name = "发票_2026-03.pdf" if data.visibility == "public" else "margin.xlsx"
    file = Attachment(name=name, content_type="application/pdf", size=1, sha256="0" * 64)
    return Event(event.envelope, data.model_copy(update={"attachments": (file,)}), event.key)


async def leaking(live: Live, *more: Definition) -> None:
    """A ticket whose fault is a leak, by a form that calls it so."""
    live.definitions.current = catalog_of(1, [form(leak="漏水"), *more])
    await live.tell(*SpokenStory(1, fields={"fault": "leak"}).all())
    await catch_up(live.database, option_titles(live.definitions.current))


async def test_a_ticket_is_found_by_the_names_of_its_files(live: Live) -> None:
    await tell(live, WithFiles(1))
    assert hits(await search(live, q="发票")) == [("messages", "发票")]
    assert hits(await search(live, q="margin")) == [("notes", "margin")]


async def test_the_name_of_a_file_of_a_note_is_hidden_with_the_notes(live: Live) -> None:
    await tell(live, WithFiles(1))
    define(live, role("outside", fields=EVERYTHING | {"notes": "hide"}), role("blind", fields={"subject": "read"}))
    outside, blind = await session(live, "agent:outside"), await session(live, "agent:blind")
    assert await numbers(live, outside, q="发票") == ["GD-1"]
    assert await search(live, outside, q="margin") == NOTHING
    assert await search(live, blind, q="发票") == NOTHING


async def test_traditional_and_simplified_characters_find_each_other(live: Live) -> None:
    await tell(live, SpokenStory(1, text="電腦壞了"), SpokenStory(2, text="电脑坏了"))
    for q in ("電腦", "电脑"):
        assert sorted(await numbers(live, q=q)) == ["GD-1", "GD-2"]
    assert {highlight for _, highlight in hits(await search(live, q="电脑"))} == {"電腦", "电脑"}


async def test_an_answer_is_found_by_its_title_also_when_that_changes(live: Live) -> None:
    await leaking(live)
    assert hits(await search(live, q="漏水")) == [("fields.fault", "漏水")]
    live.definitions.current = catalog_of(2, [form(leak="渗漏")])
    await catch_up(live.database, option_titles(live.definitions.current))
    assert await numbers(live, q="渗漏") == ["GD-1"]
    assert await numbers(live, q="漏水") == []


async def test_the_title_of_a_hidden_answer_is_not_found(live: Live) -> None:
    define(live, role("blind", fields=EVERYTHING | {"fault": "hide"}), role("seeing", fields=EVERYTHING))
    await leaking(live, *live.definitions.current.items.values())
    blind, seeing = await session(live, "agent:blind"), await session(live, "agent:seeing")
    assert await numbers(live, seeing, q="漏水") == ["GD-1"]
    assert await search(live, blind, q="漏水") == NOTHING
