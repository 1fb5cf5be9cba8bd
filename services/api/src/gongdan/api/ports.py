"""What api needs from outside, each as small as its need."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from gongdan.api.domain.accounts import Account, Failures, Kept, NewCredential, Which
from gongdan.api.domain.audit import AuditQuery
from gongdan.api.domain.definition_versions import VersionKey
from gongdan.api.domain.oidc import Errand
from gongdan.api.domain.projection import Rows
from gongdan.api.domain.queries import TicketCursor, TicketFilters, TicketQuery, TimelineQuery
from gongdan.api.domain.recent import Change
from gongdan.api.domain.reports.question import Question
from gongdan.api.domain.reports.table import Counted
from gongdan.api.domain.search_query import Candidate, SearchCursor, SearchQuestion
from gongdan.api.domain.searching import Text
from gongdan.api.domain.terms import Term
from gongdan.api.domain.views import DefinitionHistory, Message, Ticket, TicketDetail, TimelineEvent, TimelinePage
from gongdan.shared.access.chain import Entry, Linked
from gongdan.shared.access.credentials import InForce
from gongdan.shared.access.nets import Net
from gongdan.shared.access.refusal import Denied
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.db.session import Transaction
from gongdan.shared.definitions.catalog import Catalog


class ReadModels(Protocol):
    """Keeps rows."""

    async def known_versions(self, unit: Transaction, keys: Collection[VersionKey]) -> Collection[VersionKey]:
        """Those versions of definitions that are kept already."""
        ...

    async def save(self, unit: Transaction, rows: Rows, entries: Sequence[Entry]) -> None:
        """Write a batch, and what of it is audited, in the given transaction; who watches is told when it commits."""
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

    async def some(self, query: TicketQuery, net: Net, cursor: TicketCursor | None) -> Sequence[Ticket]:
        """Tickets after the cursor that come through the net, one more than the limit where there are more."""
        ...

    async def count(self, query: TicketFilters, net: Net, at_most: int) -> int:
        """How many tickets come through the filters and the net; `at_most` where there are more."""
        ...

    async def numbered(self, numbers: Sequence[str]) -> Sequence[Ticket]:
        """The tickets with these numbers."""
        ...

    async def with_file(self, sha256: str) -> Sequence[tuple[Ticket, str]]:
        """The tickets that a file is attached to, each with the visibility of the message it came with."""
        ...

    async def find(self, number: str) -> TicketDetail | None:
        """One ticket, or None."""
        ...


class Search(Protocol):
    """Finds tickets by the words of their texts."""

    async def candidates(self, question: SearchQuestion, cursor: SearchCursor | None, most: int) -> Sequence[Candidate]:
        """The next tickets that may fit, in order. Raises FixInput for a question that takes too long, SlowDown."""
        ...

    async def told(self, terms: Sequence[Term], ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Text]]:
        """Messages and notes of these tickets that may have one of the terms, the newest first."""
        ...


class Standing(Protocol):
    """Facts about tickets at one moment."""

    def tickets(self, filters: TicketFilters, net: Net) -> AsyncIterator[Sequence[Ticket]]:
        """Every ticket that comes through the filters and the net, without clocks, some at a time."""
        ...

    async def count(self, question: Question, net: Net, seen: Sequence[UUID] | None) -> Sequence[Counted]:
        """All figures of a question, over tickets that come through the net; of `seen`, if given, over these only.

        Raises FixInput where there is too much to count.
        """
        ...


class Facts(Protocol):
    """Facts about tickets."""

    def standing(self) -> AbstractAsyncContextManager[Standing]:
        """The facts at one moment. Raises FixInput when counting takes too long, and RetryLater."""
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


class Audit(Protocol):
    """What was done, in a chain that only grows."""

    async def record(self, *entries: Entry) -> None:
        """Add entries. Raises RetryLater."""
        ...

    async def page(self, query: AuditQuery) -> Sequence[Linked]:
        """Entries after the cursor, one more than the limit where there are more."""
        ...


class CredentialStore(Protocol):
    """Sessions and API keys. Everything that changes them writes its audit entry in the same transaction."""

    async def find(self, digest: str) -> InForce | None:
        """One in force, by the hash of its secret. Raises RetryLater."""
        ...

    async def issue(self, new: NewCredential, entry: Entry) -> None:
        """Put one in force, here and everywhere."""
        ...

    async def revoke(self, which: Which, entry: Entry) -> int:
        """Take those out of force that fit; returns how many did."""
        ...

    async def all(self, kind: str, actor: str | None) -> Sequence[Kept]:
        """Those in force, of one actor or of all."""
        ...


class Accounts(Protocol):
    """Accounts, and failures to sign in to them."""

    async def find(self, email: str) -> Account | None:
        """An account, active or not."""
        ...

    async def save(self, account: Account, entry: Entry) -> None:
        """Create or change one."""
        ...

    async def failures(self, email: str, network: str) -> Failures:
        """What failed lately from a network."""
        ...

    async def failed(self, email: str, network: str, entry: Entry) -> None:
        """Count one more failure."""
        ...

    async def succeeded(self, email: str, network: str) -> None:
        """Forget the failures of an account from a network."""
        ...

    async def use_code(self, email: str, step: int) -> bool:
        """Note that the code of a time step was used; False when it was before."""
        ...


class IdentityProvider(Protocol):
    """Somebody else whose word about people counts. Both raise RetryLater while it is away."""

    async def address(self, errand: Errand) -> str:
        """Where to send a browser."""
        ...

    async def claims(self, code: str, errand: Errand) -> Mapping[str, Any]:
        """What it says of who came back with a code. Raises NotAllowed (401)."""
        ...


class Passwords(Protocol):
    """Hashes passwords. Both raise SlowDown when too many wait."""

    async def hash(self, password: str) -> str:
        """What is kept of a password."""
        ...

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether it is this password; takes as long where there is none."""
        ...


class Blobs(Protocol):
    """Files under the SHA-256 of their content."""

    async def get(self, digest: str) -> bytes:
        """Raises KeyError when there is none."""
        ...


class Denials(Protocol):
    """Whoever writes down what was denied, once in a while however often it is."""

    async def tell(self, denied: Denied) -> None:
        """Before the answer. Never raises."""
        ...

    def note(self, denied: Denied) -> None:
        """In a moment."""
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


class FormVersions(Protocol):
    """What forms were."""

    async def latest_first(self, workspace: str) -> Sequence[Mapping[str, Any]]:
        """The documents of all versions of a workspace's forms, and of those that all share."""
        ...


class OpenTickets(Protocol):
    """Open tickets as conditions see them."""

    def chunks(self, at_most: int) -> AsyncIterator[Sequence[TicketSnapshot]]:
        """All of them, at most so many, one chunk after the other."""
        ...


class Pages(Protocol):
    """The files of the page that people look at."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """Content by path, such as `index.html` and `js/list.js`."""
        ...
