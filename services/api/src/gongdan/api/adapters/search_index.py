"""Keeping the search up to what is read, beside the messages and never in their way.

A loop follows the changes that projecting leaves behind, a chunk at a time, and splits what is new into words. So
projecting pays nothing, and the search is late: by about half a second, and by more while more comes in than a part of
one core can split, for after each chunk the loop rests four times as long as it took. How many changes it has not
followed yet is `gongdan_search_behind`. Everything is made from the read models: when the tables are new, and after a
time in which changes were let go of, it walks through all tickets once while it goes on following. The words of a
message never change; those of a ticket's own fields are written where they did. When forms call the answers to choose
from otherwise, all tickets are walked through again. Of several replicas one works at a
time.

Limit: a ticket that many thousand messages have joined is read anew for each chunk in which it gets another.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID

from gongdan.api.domain.option_titles import OptionTitles, no_titles
from gongdan.api.domain.searching import MESSAGES, NOTES, own_texts, said_texts
from gongdan.api.domain.views import Ticket
from gongdan.api.domain.words import MOST_CHARACTERS
from gongdan.shared import metrics
from gongdan.shared.db.pool import Row
from gongdan.shared.db.session import Database, Transaction

REST = timedelta(milliseconds=500)
RESTS_FOR_WORK = 4
CHANGES_AT_ONCE = 1_000
TICKETS_AT_ONCE = 200
MOST_WORDS = 20_000
FIRST = UUID(int=0)
# Stands for the event of what a ticket says of itself.
OWN = UUID(int=0)
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
STATE = (
    "SELECT position, walked, titles FROM search_state WHERE pg_try_advisory_xact_lock(hashtext('gongdan_api_search'))"
)
EDGES = "SELECT coalesce(min(id), 0) AS first, coalesce(max(id), 0) AS last FROM changes"
NEXT = "SELECT id, type, ticket, version FROM changes WHERE id > :after ORDER BY id LIMIT :most"
NUMBERED = "SELECT *, ticket_id AS id FROM tickets WHERE number = ANY(CAST(:numbers AS text[]))"
WALKED = "SELECT *, ticket_id AS id FROM tickets WHERE ticket_id > :after ORDER BY ticket_id LIMIT :most"
UNREAD = f"""
    SELECT ticket_id, event_id, recorded_at, data ->> 'visibility' AS visibility,
        left(data ->> 'text', {MOST_CHARACTERS}) AS text, data -> 'attachments' AS attachments
    FROM timeline AS said WHERE ticket_id = ANY(CAST(:ids AS uuid[])) AND type = 'MessageAdded' AND NOT EXISTS (
        SELECT FROM search_parts AS part WHERE part.ticket_id = said.ticket_id AND part.event_id = said.event_id)
    """  # noqa: S608 - made of constants
WRITE = """
    INSERT INTO search_parts (ticket_id, event_id, field, recorded_at, words)
    SELECT ticket_id, event_id, field, recorded_at, array_to_tsvector(string_to_array(words, ' '))
    FROM unnest(CAST(:ticket_ids AS uuid[]), CAST(:event_ids AS uuid[]), CAST(:fields AS text[]),
        CAST(:times AS timestamptz[]), CAST(:words AS text[])) AS given (ticket_id, event_id, field, recorded_at, words)
    ON CONFLICT (ticket_id, event_id, field) DO UPDATE SET words = excluded.words
    WHERE search_parts.words <> excluded.words
    """
FORGET = """
    DELETE FROM search_parts WHERE ticket_id = ANY(CAST(:ids AS uuid[])) AND event_id = :own
        AND (ticket_id, field) NOT IN (SELECT * FROM unnest(CAST(:ticket_ids AS uuid[]), CAST(:fields AS text[])))
    """
ADVANCE = "UPDATE search_state SET position = :position, walked = :walked, titles = :titles"


@dataclass(frozen=True, slots=True)
class Part:
    """The words of a text, or of all texts of a field."""

    ticket_id: UUID
    event_id: UUID
    field: str
    recorded_at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """A loop step: follows one chunk of changes, and one of the walk where there is one."""

    db: Database
    titles: Callable[[], OptionTitles] = no_titles

    async def __call__(self) -> timedelta:
        """Rest for long enough to leave most of a core to others."""
        began = time.perf_counter()
        async with self.db.transaction() as unit:
            state = await unit.one(STATE)
            more = state is not None and await _follow(unit, state, self.titles())
        worked = timedelta(seconds=time.perf_counter() - began)
        return worked * RESTS_FOR_WORK if more else max(REST, worked * RESTS_FOR_WORK)


async def _follow(unit: Transaction, state: "Row", titles: OptionTitles) -> bool:
    """Whether there is more to do at once. Tickets are walked through anew when answers are called otherwise."""
    position, walked = state.position, state.walked if state.titles == titles.digest else FIRST
    begun, edges = (position, state.walked, state.titles), await unit.one(EDGES)
    if edges is not None and not edges.first - 1 <= position <= edges.last:
        position, walked = edges.last, FIRST
    changes = await unit.all(NEXT, {"after": position, "most": CHANGES_AT_ONCE})
    await _read_changed(unit, changes, titles)
    if changes:
        position = changes[-1].id
    if walked is not None:
        walked = await _walk(unit, walked, titles)
    if (position, walked, titles.digest) != begun:
        await unit.execute(ADVANCE, {"position": position, "walked": walked, "titles": titles.digest})
    metrics.SEARCH_BEHIND.set(max(edges.last - position, 0) if edges else 0)
    return len(changes) == CHANGES_AT_ONCE or walked is not None


async def _read_changed(unit: Transaction, changes: Sequence["Row"], titles: OptionTitles) -> None:
    """Read tickets that changed; what was said on them only where something was."""
    numbers = {change.ticket for change in changes if change.version is not None}
    if not numbers:
        return
    spoken = {change.ticket for change in changes if change.type == "MessageAdded"}
    tickets = await unit.all(NUMBERED, {"numbers": sorted(numbers)})
    await _read(unit, tickets, [row.ticket_id for row in tickets if row.number in spoken], titles)


async def _walk(unit: Transaction, after: UUID, titles: OptionTitles) -> UUID | None:
    """Read the next tickets of the walk; returns the last of them, None at the end."""
    tickets = await unit.all(WALKED, {"after": after, "most": TICKETS_AT_ONCE})
    await _read(unit, tickets, [row.ticket_id for row in tickets], titles)
    return tickets[-1].ticket_id if len(tickets) == TICKETS_AT_ONCE else None


async def _read(unit: Transaction, tickets: Sequence["Row"], spoken: Collection[UUID], titles: OptionTitles) -> None:
    own = [part for row in tickets for part in _own_parts(Ticket(**row._asdict()), titles)]
    said = await unit.all(UNREAD, {"ids": list(spoken)}) if spoken else ()
    await _write(unit, [*own, *map(_said_part, said)])
    gone = {"ids": [row.ticket_id for row in tickets], "own": OWN}
    kept = {"ticket_ids": [part.ticket_id for part in own], "fields": [part.field for part in own]}
    await unit.execute(FORGET, gone | kept)


def _own_parts(ticket: Ticket, titles: OptionTitles) -> Iterator[Part]:
    words: dict[str, dict[str, None]] = {}
    for text in own_texts(ticket, titles):
        words.setdefault(text.field, {}).update(dict.fromkeys(text.words))
    for field, found in words.items():
        yield Part(ticket.id, OWN, field, ALWAYS, _kept(found))


def _said_part(row: "Row") -> Part:
    field = MESSAGES if row.visibility == "public" else NOTES
    texts = said_texts(field, row.text or "", [one["name"] for one in row.attachments or ()])
    words = dict.fromkeys(word for text in texts for word in text.words)
    return Part(row.ticket_id, row.event_id, field, row.recorded_at, _kept(words))


def _kept(words: Iterable[str]) -> str:
    return " ".join(islice(words, MOST_WORDS))


async def _write(unit: Transaction, parts: Sequence[Part]) -> None:
    if not parts:
        return
    # In the order of their keys, as all who write many rows.
    ordered = sorted(parts, key=lambda part: (part.ticket_id, part.event_id, part.field))
    values = {
        "ticket_ids": [part.ticket_id for part in ordered],
        "event_ids": [part.event_id for part in ordered],
        "fields": [part.field for part in ordered],
        "times": [part.recorded_at for part in ordered],
        "words": [part.words for part in ordered],
    }
    await unit.execute(WRITE, values)
