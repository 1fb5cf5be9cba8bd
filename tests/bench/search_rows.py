"""Tickets to search, written as rows: Chinese and English by turns, of words as unevenly common as in any language."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import uuid4

import orjson

from gongdan.api.domain.projection import Rows
from gongdan.api.domain.rows import ChangeRow, Json, TicketRow, TimelineRow
from gongdan.api.domain.snapshots import ticket_row
from gongdan.shared.contracts.messages import Person
from gongdan.shared.contracts.tickets import TicketSnapshot

CHINESE, ENGLISH = 20_000, 30_000
MESSAGES = (1, 2, 3, 4)
START = datetime(2026, 1, 1, tzinfo=UTC)
luck = random.Random(1)  # noqa: S311 - repeatable
characters = [chr(code) for code in luck.sample(range(0x4E00, 0x9FA6), 3_000)]
chinese = ["".join(luck.choices(characters, k=luck.choice((1, 2, 2, 2, 3, 4)))) for _ in range(CHINESE)]
english = ["".join(luck.choices("etaoinshrdlucmfwypvbgkjqxz", k=luck.randint(2, 10))) for _ in range(ENGLISH)]
WEIGHTS = list(accumulate(1 / (rank + 1) ** 1.05 for rank in range(ENGLISH)))


def rows(first: int, count: int) -> tuple[Rows, int]:
    """The rows of so many tickets, and how many messages they have."""
    found = Rows()
    messages = 0
    for number in range(first, first + count):
        ticket = _ticket(number)
        found.tickets[ticket.ticket_id] = ticket
        for _ in range(luck.choice(MESSAGES)):
            said = _said(ticket)
            found.timeline[said.event_id] = said
            found.changes[said.event_id] = ChangeRow("MessageAdded", ticket.number, 1)
            messages += 1
    return found, messages


def _text(number: int, words: int) -> str:
    known, join = (chinese, "") if number % 2 else (english, " ")
    return join.join(luck.choices(known, cum_weights=WEIGHTS[: len(known)], k=words))


def _ticket(number: int) -> TicketRow:
    at = START + timedelta(minutes=number)
    return ticket_row(
        TicketSnapshot(
            id=uuid4(),
            number=f"GD-{number}",
            version=1,
            workspace="support",
            channel="email",
            subject=_text(number, 6),
            status="new",
            status_category="new",
            priority="normal",
            team=luck.choice(("ours", "theirs", "others")),
            requester=Person(
                name=_text(number, 2), email=f"u{number % 20_000}@example.com", phone=f"+86138{number:08}"
            ),
            created_at=at,
            updated_at=at,
        )
    )


def _said(ticket: TicketRow) -> TimelineRow:
    event = uuid4()
    text = {"text": _text(ticket.number_value, luck.randint(20, 150)), "visibility": "public"}
    return TimelineRow(
        event_id=event,
        ticket_id=ticket.ticket_id,
        source="tickets",
        type="MessageAdded",
        occurred_at=ticket.created_at,
        recorded_at=ticket.created_at,
        place=1,
        version=1,
        actor="contact:",
        correlation_id=event,
        causation_id=None,
        decided_by=Json("[]"),
        mode="live",
        data=Json(orjson.dumps(text).decode()),
    )


def searches() -> Sequence[tuple[str, str]]:
    """What to search for, each with what it is."""
    return (
        ("in nearly every Chinese text", chinese[0] + chinese[1]),
        ("in nearly every English text", english[0]),
        ("both at once", f"{chinese[0]} {english[0]}"),
        ("in one of fifty", next(word for word in chinese[500:] if len(word) == 2)),
        ("in one of fifty, English", next(word for word in english[500:] if len(word) > 3)),
        ("two of these", f"{chinese[500]} {chinese[501]}"),
        ("rare", next(word for word in chinese[15_000:] if len(word) == 3)),
        ("rare and in nearly every text", f"{chinese[0]} {chinese[15_000]}"),
        ("a ticket's number", "GD-777"),
        ("an address", "u777@example.com"),
        ("a telephone number", "13800000777"),
        ("one character", characters[500]),
        ("nowhere", "没有这样的话"),
    )
