"""What api needs from outside, each as small as its need."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from gongdan.api.domain.projection import Rows
from gongdan.api.domain.queries import TicketQuery, TimelineQuery
from gongdan.api.domain.recent import Change
from gongdan.api.domain.views import DefinitionHistory, Message, TicketDetail, TicketPage, TimelineEvent, TimelinePage
from gongdan.shared.db.session import Transaction
from gongdan.shared.definitions.catalog import Catalog


class ReadModels(Protocol):
    """Keeps rows."""

    async def save(self, unit: Transaction, rows: Rows) -> None:
        """Write a batch in the given transaction; who watches is told when it commits."""
        ...


class Messages(Protocol):
    """What became of messages."""

    async def find(self, message_id: UUID, at_most: timedelta) -> Message | None:
        """A message as soon as it is decided, or as it stands after `at_most`; None when nobody knows it by then.

        Raises RetryLater when it is unknown and cannot be looked for any longer.
        """
        ...

    async def many(self, ids: Sequence[UUID]) -> Sequence[Message]:
        """The messages of these ids; those that nobody knows are left out."""
        ...


class Tickets(Protocol):
    """Tickets as they stand."""

    async def page(self, query: TicketQuery) -> TicketPage:
        """One page. Raises FixInput for a cursor of another question."""
        ...

    async def find(self, number: str) -> TicketDetail | None:
        """One ticket, or None."""
        ...


class Timelines(Protocol):
    """What happened to tickets."""

    async def page(self, ticket_id: UUID, query: TimelineQuery) -> TimelinePage:
        """One page. Raises FixInput for a cursor that is not ours."""
        ...

    async def latest(self, ticket_id: UUID, limit: int) -> Sequence[TimelineEvent]:
        """The last `limit` events, oldest first."""
        ...


class Changes(Protocol):
    """The feed of changes, in the order in which they became visible."""

    async def position(self) -> int:
        """The id of the last change."""
        ...

    async def after(self, position: int, at_most: timedelta) -> Sequence[Change] | None:
        """Changes after `position`: waits for the first one; empty after `at_most`.

        None when they cannot all be told any more: whoever asks must read everything anew.
        """
        ...


class Blobs(Protocol):
    """Files under the SHA-256 of their content."""

    async def get(self, digest: str) -> bytes:
        """Raises KeyError when there is none."""
        ...


class Definitions(Protocol):
    """The definitions in force."""

    @property
    def current(self) -> Catalog:
        """The catalog of the latest complete revision."""
        ...


class DefinitionVersions(Protocol):
    """What definitions were."""

    async def page(self, key: tuple[str, str, str], before: int | None, limit: int) -> DefinitionHistory:
        """Versions of one definition older than `before`, newest first."""
        ...


class Pages(Protocol):
    """The files of the page that people look at."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content by path, such as `index.html` and `js/list.js`."""
        ...
