"""Which entries of the quarantine somebody wants to see, and the cursor from page to page. Pure."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gongdan.shared.errors import Complaint, FixInput

Position = tuple[datetime, UUID]
Word = Annotated[str, Field(min_length=1, max_length=400)]


class QuarantineQuery(BaseModel):
    """Entries that `state` says, oldest first unless `order` is desc; `since` and `until` bound when they came in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    state: Literal["waiting", "released", "discarded", "all"] = "waiting"
    channel: Word | None = None
    source: Word | None = None
    cause: Word | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    order: Literal["asc", "desc"] = "asc"
    cursor: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100

    def position(self) -> Position | None:
        """The last entry of the page before. Raises FixInput (422) for a cursor that is none of ours."""
        return read_position(self.cursor) if self.cursor else None


class Discarding(BaseModel):
    """Why an entry is not wanted."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: Annotated[str, Field(min_length=1, max_length=1_000)]


def position_text(position: Position) -> str:
    """A cursor as callers hand it back."""
    return base64.urlsafe_b64encode(f"{position[0].isoformat()} {position[1]}".encode()).decode()


def read_position(text: str) -> Position:
    """The inverse of `position_text`. Raises FixInput (422)."""
    try:
        when, _, entry = base64.urlsafe_b64decode(text.encode()).decode().partition(" ")
        found = datetime.fromisoformat(when), UUID(entry)
    except (ValueError, binascii.Error) as error:
        raise _unknown(text) from error
    if found[0].tzinfo is None:
        raise _unknown(text)
    return found


def _unknown(text: str) -> FixInput:
    complaint = Complaint("cursor", f"{text[:40]!r} is no cursor", "take `next` of the page before")
    return FixInput("invalid-input", "the request does not fit its schema", complaint)
