"""The questions that may be asked about tickets, and the cursors that carry a question on to its next page.

A cursor names the last row that was seen, so pages neither repeat nor skip what stays where it is, however
many rows come and go in between.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from gongdan.api.domain.numbers import number_value
from gongdan.api.domain.views import Ticket
from gongdan.shared.contracts.messages import PRIORITIES, Channel, Priority
from gongdan.shared.contracts.tickets import StatusCategory
from gongdan.shared.errors import Complaint, FixInput

Sort = Literal[
    "created_at",
    "-created_at",
    "updated_at",
    "-updated_at",
    "priority",
    "-priority",
    "number",
    "-number",
]
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=50)]
Limit = Annotated[int, Field(ge=1, le=200)]
NOBODY = "-"


class TicketFilters(BaseModel):
    """Which tickets. A filter that is given several times means any of its values.

    `team`, `assignee`, `category`, `form` and `tier` understand `-` as "none". `requester` is an email address, a
    phone number or a foreign id. `q` is looked for in subjects. `snoozed` false leaves out what is snoozed, true all
    else. `created_since` is the first moment that counts, `created_until` the first that does not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Names = []
    status: Names = []
    status_category: list[StatusCategory] = []
    priority: list[Priority] = []
    team: Names = []
    assignee: Names = []
    category: Names = []
    form: Names = []
    tier: Names = []
    channel: list[Channel] = []
    tag: Names = []
    requester: Annotated[str, Field(min_length=1, max_length=320)] | None = None
    q: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    snoozed: bool | None = None
    created_since: AwareDatetime | None = None
    created_until: AwareDatetime | None = None


class TicketQuery(TicketFilters):
    """A page of tickets that fit all filters. `sort` descends with a minus."""

    sort: Sort = "-created_at"
    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Limit = 50

    @property
    def descending(self) -> bool:
        """Whether the greatest comes first."""
        return self.sort.startswith("-")

    @property
    def sorted_by(self) -> str:
        """What is compared, without the direction."""
        return self.sort.removeprefix("-")


class TimelineQuery(BaseModel):
    """A page of a timeline: `order` asc is oldest first, `type` one of several types of events."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Names = []
    order: Literal["asc", "desc"] = "asc"
    cursor: Annotated[str, Field(max_length=400)] | None = None
    limit: Limit = 50


class TicketCursor(BaseModel):
    """After this ticket. `key` is its value of what the page is sorted by."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    sort: Sort
    key: int | datetime
    id: UUID


class TimelineCursor(BaseModel):
    """After this event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    order: Literal["asc", "desc"]
    recorded_at: datetime
    place: int
    id: UUID


Cursor = TypeVar("Cursor", bound=BaseModel)


def write_cursor(cursor: BaseModel) -> str:
    """A cursor as the opaque text that callers carry."""
    return urlsafe_b64encode(cursor.model_dump_json().encode()).decode().rstrip("=")


def read_cursor(model: type[Cursor], text: str) -> Cursor:
    """The inverse of `write_cursor`. Raises FixInput for anything that we did not write."""
    padded = text + "=" * (-len(text) % 4)
    try:
        return model.model_validate_json(urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError, ValidationError) as error:
        raise strange_cursor("is not one of ours") from error


def ticket_cursor(query: TicketQuery) -> TicketCursor | None:
    """Where the page of a query begins, None at the start. Raises FixInput when the cursor sorts otherwise."""
    if query.cursor is None:
        return None
    cursor = read_cursor(TicketCursor, query.cursor)
    by_time = query.sorted_by.endswith("_at")
    if cursor.sort != query.sort or isinstance(cursor.key, datetime) is not by_time:
        raise strange_cursor(f"belongs to sort={cursor.sort}")
    return cursor


def cursor_after(query: TicketQuery, last: Ticket) -> TicketCursor:
    """Where a page goes on after this ticket."""
    keys: dict[str, int | datetime] = {
        "created_at": last.created_at,
        "updated_at": last.updated_at,
        "priority": PRIORITIES.index(last.priority) if last.priority else 0,
        "number": number_value(last.number),
    }
    return TicketCursor(sort=query.sort, key=keys[query.sorted_by], id=last.id)


def timeline_cursor(query: TimelineQuery) -> TimelineCursor | None:
    """Where the page of a query begins, None at the start. Raises FixInput when the cursor runs the other way."""
    if query.cursor is None:
        return None
    cursor = read_cursor(TimelineCursor, query.cursor)
    if cursor.order != query.order:
        raise strange_cursor(f"belongs to order={cursor.order}")
    return cursor


def strange_cursor(problem: str) -> FixInput:
    """The refusal of a cursor."""
    cure = "pass `next` of the page before, with the same filters and order, or leave it out"
    return FixInput("invalid-input", "the cursor does not fit the question", Complaint("cursor", problem, cure))
