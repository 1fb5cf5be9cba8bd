"""What intake needs for quarantine: entries, what is decided about them, and who reads them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol
from uuid import UUID

from pydantic import JsonValue

from gongdan.intake.domain.quarantine import QuarantineQuery
from gongdan.intake.ports import Receipt
from gongdan.shared.contracts.envelope import Mode
from gongdan.shared.contracts.messages import Attachment, MessageReceived


@dataclass(frozen=True, slots=True)
class Aside:
    """What to set aside. `cause` is a stable slug, `detail` a sentence for people, `sender` a mail's envelope sender.

    `left_at`: where the whole of it still is, when `raw` is only its beginning. `files` came with it. `becomes`: the
    message or file that it is once it is released, where that is known already.
    """

    channel: str
    source: str
    raw: bytes
    cause: str
    detail: str
    received_at: datetime
    sender: str | None = None
    mode: Mode = Mode.LIVE
    left_at: str | None = None
    files: Sequence[IO[bytes]] = ()
    becomes: MessageReceived | Attachment | None = None


class AsideKeeper(Protocol):
    """Keeps what could not be understood, with its raw bytes and a way back."""

    async def put(self, aside: Aside) -> UUID:
        """Returns the id after the commit; the same bytes from the same source get the same id. Raises RetryLater."""
        ...


@dataclass(frozen=True, slots=True)
class SetAside:
    """One entry of the quarantine. It waits until it is released or discarded; `released_as` is the message that it
    became, None where that is a file.

    `left_at`: where the whole of it still is; `wanted_at`: since when it is to be fetched from there. `size` in bytes,
    that of `files` (SHA-256 each) included. `becomes`: the message or file that it is once released, where known.
    """

    id: UUID
    channel: str
    source: str
    raw_sha256: str
    size: int
    cause: str
    detail: str
    received_at: datetime
    sender: str | None = None
    mode: Mode = Mode.LIVE
    left_at: str | None = None
    wanted_at: datetime | None = None
    released_at: datetime | None = None
    released_as: UUID | None = None
    released_by: str | None = None
    discarded_at: datetime | None = None
    discarded_by: str | None = None
    discard_reason: str | None = None
    files: tuple[str, ...] = ()
    becomes: Mapping[str, JsonValue] | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decided something about an entry (`agent:li.wei`), and when."""

    by: str
    at: datetime


class QuarantineEntries(Protocol):
    """What is in quarantine, for whoever decides about it. All raise RetryLater."""

    async def content(self, digest: str) -> bytes:
        """The bytes of an entry or of a file of it. Raises KeyError when they are gone."""
        ...

    async def page(self, wanted: QuarantineQuery) -> Sequence[SetAside]:
        """Entries in the order of the query, at most its limit."""
        ...

    async def find(self, entry: UUID) -> SetAside:
        """One entry. Raises FixInput (404)."""
        ...

    async def released(self, entry: SetAside, became: UUID | Attachment, decided: Decided) -> None:
        """Note and tell that an entry became a message (of that id) or a file."""
        ...

    async def wanted(self, entry: SetAside, decided: Decided) -> None:
        """Note that an entry is to be fetched from where it was left."""
        ...

    async def still_left(self, entry: UUID, detail: str) -> None:
        """Note that fetching it again failed too, and why."""
        ...

    async def discarded(self, entry: SetAside, reason: str, decided: Decided) -> bool:
        """Note and tell that an entry is not wanted; False when it was decided about in the meantime."""
        ...


class Releaser(Protocol):
    """Reads again what was set aside on one channel, and accepts it, or keeps it as the file that it is."""

    async def release(self, entry: SetAside, raw: bytes) -> Receipt | Attachment:
        """Returns after the commit. Raises FixInput (422) when it still cannot be read."""
        ...
