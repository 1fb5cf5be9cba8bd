"""What intake needs for mailboxes: cursors, leases, how they are doing, and who takes what they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from gongdan.intake.domain.mail.mailbox import Cursor, Fetched, Mark, Wanted
from gongdan.intake.domain.mail.message import Normalised, Ourselves, RawMail, Unreadable
from gongdan.intake.domain.mail.standing import Standing
from gongdan.intake.ports import Incoming
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.contracts.doors import MailboxCause
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.errors import RetryLater


class MailReader(Protocol):
    """Reads mails, and keeps nothing."""

    async def read(self, mail: RawMail) -> Normalised | Unreadable:
        """What a mail says, or why it says nothing. Never raises."""
        ...

    def ourselves(self) -> Ourselves:
        """How our own mail and addresses are known now."""
        ...

    def incoming(self, mail: RawMail, found: Normalised) -> Incoming:
        """The message of a mail, ready to be accepted once its blobs are kept."""
        ...


class BatchReader(Protocol):
    """Reads many mails beside this process, so that others can be kept meanwhile."""

    async def read(self, mails: Sequence[RawMail], ours: Ourselves) -> Sequence[Normalised | Unreadable]:
        """The first of these mails in their order, as many as could be read, maybe none. Never raises."""
        ...


@dataclass(frozen=True, slots=True)
class SortedMail:
    """A mail of a mailbox, read: a message, or without `incoming` something to set aside.

    `aside` is also how it is set aside when another mail has its id. `contents`: the bytes of a message, which have to
    be on the disk before it is kept.
    """

    uid: int
    aside: Aside
    incoming: Incoming | None
    contents: Sequence[bytes] = ()


class MailKeeper(Protocol):
    """Keeps what a mailbox gave."""

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        """Keep a batch, and how far the mailbox is read by it, in one transaction. Raises RetryLater.

        Also when the lease was lost: then somebody else reads the mailbox, and nothing is kept here.
        """
        ...


class MailBatches(Protocol):
    """Takes what a mailbox gave."""

    async def on_batch(self, fetched: Sequence[Fetched]) -> Sequence[SortedMail]:
        """Mails in their order, read. Never raises."""
        ...

    async def put(self, mails: Sequence[SortedMail]) -> None:
        """Put the bytes of what was read on the disk. Raises OSError."""
        ...

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        """Keep what was read and put, and how far that is. Returns after the commit. Raises RetryLater."""
        ...

    async def on_wanted(self, wanted: Wanted, fetched: Fetched) -> None:
        """A mail that had been left in its mailbox. Returns after the commit. Raises RetryLater, SlowDown."""
        ...


class Cursors(Protocol):
    """Remembers how far each folder of each mailbox is read. All raise RetryLater."""

    async def load(self, folder: str) -> Cursor | None:
        """The cursor of a folder; None when it was never read."""
        ...

    async def tidied(self, folder: str, cursor: Cursor) -> None:
        """Note up to where mails are flagged or moved."""
        ...

    async def left(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        """The mails that were left in a folder, and are in quarantine."""
        ...

    async def wanted(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        """Those of them that somebody wants fetched now, not more than a few at a time."""
        ...


class MailboxFault(RetryLater):
    """A mailbox cannot be read at the moment, for a cause that operators see."""

    def __init__(self, cause: MailboxCause, why: str, delay: timedelta = timedelta(seconds=1)) -> None:
        super().__init__(why, delay)
        self.cause = cause


class SignIns(Protocol):
    """What mailboxes are signed in to with."""

    async def secret(self, name: str, spec: Mailbox) -> str:
        """The password, or an access token that is good now. Raises RetryLater, MailboxFault."""
        ...

    def forget(self, name: str) -> bool:
        """The server refuses it: another one may do where True is returned."""
        ...


class Standings(Protocol):
    """How each mailbox is doing, for operators; kept where all replicas see it."""

    async def save(self, mailbox: str, standing: Standing) -> None:
        """Note it, and tell when it begins or ends to need somebody. Raises RetryLater."""
        ...

    async def all(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each mailbox by name, ready to be shown. Raises RetryLater."""
        ...


class Lease(Protocol):
    """The right to do what only one replica may do. All raise RetryLater."""

    @property
    def holder(self) -> str:
        """This replica's name among the others."""
        ...

    async def leave(self) -> None:
        """Say that this replica is gone."""
        ...

    async def replicas(self) -> Sequence[str]:
        """Say that this replica is there; returns the names of all that are."""
        ...

    async def hold(self, name: str) -> bool:
        """Take or prolong it; False while another replica has it."""
        ...

    async def let_go(self, name: str) -> None:
        """Give it back early."""
        ...
