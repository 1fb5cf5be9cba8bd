"""What intake needs from outside, each as small as its need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, Protocol
from uuid import UUID

from gongdan.intake.domain.differences import Difference
from gongdan.intake.domain.mail.inboxes import Directory
from gongdan.intake.domain.mail.message import RawMail
from gongdan.intake.domain.sent import Sent
from gongdan.intake.domain.unreachable import Unreachable
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message on its way in. `event.data` is MessageReceived or CommandReceived.

    `body_hash` (SHA-256, hex) is taken over what the sender sent: a repetition has the same id and hash, a
    conflict the same id and another hash.
    """

    event: Event
    body_hash: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an Incoming. A conflict is a duplicate with another body: recorded, and not accepted."""

    message_id: UUID
    duplicate: bool
    conflict: bool = False


class Acceptor(Protocol):
    """Keeps messages: the one door through which everything enters."""

    async def accept(self, incoming: Incoming) -> Receipt:
        """Returns after the commit. Raises SlowDown when too many wait, RetryLater while PostgreSQL is away."""
        ...


class Quarantine(Protocol):
    """Keeps what could not be understood, with its raw bytes and a way back."""

    async def set_aside(
        self, channel: str, source: str, raw: bytes, cause: str, detail: str, received_at: datetime
    ) -> UUID:
        """Returns the id after the commit; the same bytes from the same source get the same id.

        `cause` is a stable slug, `detail` a sentence. Raises RetryLater while PostgreSQL is away.
        """
        ...


class BlobStore(Protocol):
    """Keeps files under the SHA-256 of their content."""

    async def put(self, content: bytes) -> str:
        """Returns the SHA-256 in hex, once the content is on disk."""
        ...

    async def put_all(self, contents: Sequence[bytes]) -> None:
        """The same for many at once."""
        ...

    async def put_file(self, file: IO[bytes]) -> str:
        """The same for an open file, which is never in memory as a whole. Raises OSError when it cannot be kept."""
        ...

    async def get(self, digest: str) -> bytes:
        """Raises KeyError when there is none."""
        ...

    async def size(self, digest: str) -> int:
        """Bytes in a file. Raises KeyError when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes definitions, when and why."""

    author: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying did to one definition: created, changed, unchanged or deleted; `version` after it.

    In a dry run, `changes` says what differs from the version before, and `document` what was created or changed.
    """

    kind: str
    workspace: str | None
    name: str
    version: int
    result: str
    changes: Sequence[Difference] = ()
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """What is allowed in a definition but hardly meant; `field` is its path in the document."""

    kind: str
    workspace: str | None
    name: str
    field: str
    problem: str
    cure: str


@dataclass(frozen=True, slots=True)
class Report:
    """What applying did, or would do, to all of them. `revision` is the one in force now."""

    revision: int
    definitions: Sequence[Applied]
    unreachable: Sequence[Unreachable] = ()
    doubts: Sequence[Doubtful] = ()


class DefinitionStore(Protocol):
    """Every version of every definition, and the revision of the whole."""

    async def apply(self, sent: Sent, change: Change, dry_run: bool = False) -> Report:
        """Apply all or none; what is the same as before keeps its version. Raises FixInput, RetryLater."""
        ...

    async def delete(self, key: tuple[str, str, str], change: Change, dry_run: bool = False) -> Report:
        """Delete one. Raises FixInput (404) when there is none, or (409) when another names it."""
        ...

    async def version(self, key: tuple[str, str, str], number: int) -> dict[str, Any]:
        """The document of one version. Raises FixInput: 404 when there is none, 422 when that version deleted it."""
        ...


class Definitions(Protocol):
    """The definitions in force."""

    @property
    def current(self) -> Catalog:
        """The catalog of the latest complete revision."""
        ...


class MailSink(Protocol):
    """Takes raw mails: each becomes a message or is set aside."""

    def directory(self) -> Directory:
        """The inboxes as they are defined now."""
        ...

    async def take(self, mail: RawMail) -> UUID | None:
        """One mail for one inbox: the id of its message, None when it was set aside. Returns after the commit.

        Raises SlowDown, RetryLater.
        """
        ...
