"""What was set aside: looking at it, trying again, and deciding that it is not wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from uuid import UUID

from gongdan.intake.domain.quarantine import QuarantineQuery, position_text
from gongdan.intake.handlers.files import INFECTED
from gongdan.intake.ports import Receipt
from gongdan.intake.ports.quarantine import Decided, QuarantineEntries, Releaser, SetAside
from gongdan.intake.ports.scanner import Scanner
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.errors import Complaint, FixInput


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, and the cursor of the next page where there is one."""

    quarantine: Sequence[SetAside]
    next: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that still cannot be released, and why."""

    id: UUID
    cause: str
    why: str


@dataclass(frozen=True, slots=True)
class Released:
    """What a bulk release did: how many became messages or files, how many are fetched soon, what stays.

    `next` is the cursor to go on with, None at the end.
    """

    released: int
    wanted: int
    refused: Sequence[Refused]
    next: str | None


@dataclass(frozen=True, slots=True)
class Releasing:
    """`releasers` read a channel's raw bytes again, as the code and the definitions of today understand them."""

    entries: QuarantineEntries
    releasers: Mapping[str, Releaser]
    clock: Clock
    scanner: Scanner | None = None

    async def page(self, wanted: QuarantineQuery) -> Page:
        """Entries that fit all filters."""
        found = await self.entries.page(wanted.model_copy(update={"limit": wanted.limit + 1}))
        shown = found[: wanted.limit]
        more = len(found) > len(shown)
        return Page(shown, position_text((shown[-1].received_at, shown[-1].id)) if more else None)

    async def one(self, entry: UUID) -> SetAside:
        """An entry. Raises FixInput (404)."""
        return await self.entries.find(entry)

    async def raw(self, entry: UUID) -> tuple[SetAside, bytes]:
        """An entry with its bytes. Raises FixInput: 404 without such an entry, 410 when its bytes are gone."""
        found = await self.entries.find(entry)
        return found, await self._bytes(found)

    async def on_release(self, entry: UUID, by: str) -> Receipt | Attachment | None:
        """Read an entry again: it becomes a message or a file; None when it is fetched from its mailbox first.

        Whoever decides about one alone knows better than the scanner that set it aside.

        Raises FixInput: 404 without such an entry, 422 when it still cannot be read, 409 when it was discarded.
        """
        return await self._release(await self.entries.find(entry), Decided(by, self.clock.now()))

    async def on_bulk_release(self, wanted: QuarantineQuery, by: str) -> Released:
        """Read a page of entries again. Those that still cannot be read or are infected stay, and stop no other."""
        page = await self.page(wanted.model_copy(update={"state": "waiting"}))
        decided = Decided(by, self.clock.now())
        results = [await self._try(entry, decided) for entry in page.quarantine]
        refused = [each for each in results if isinstance(each, Refused)]
        waiting = sum(1 for each in results if each is None)
        return Released(len(results) - len(refused) - waiting, waiting, refused, page.next)

    async def on_discard(self, entry: UUID, reason: str, by: str) -> SetAside:
        """Decide that an entry is not wanted. Raises FixInput: 404, or 409 when it was released."""
        found = await self.entries.find(entry)
        if found.released_at is not None:
            became = f"message {found.released_as}" if found.released_as else "a file that may be attached"
            complaint = Complaint("id", f"became {became}", "look for that instead")
            raise FixInput("already-released", "this entry was released", complaint, status=409)
        await self.entries.discarded(found, reason, Decided(by, self.clock.now()))
        return await self.entries.find(entry)

    async def _try(self, entry: SetAside, decided: Decided) -> Receipt | Attachment | Refused | None:
        try:
            await self._look_again(entry)
            return await self._release(entry, decided)
        except FixInput as error:
            return Refused(entry.id, entry.cause, str(error))

    async def _look_again(self, entry: SetAside) -> None:
        """Raises FixInput when the scanner, as it is today, still finds something."""
        if entry.cause == INFECTED and self.scanner:
            found = await self.scanner.find(BytesIO(await self._bytes(entry)))
            if found:
                complaint = Complaint("id", f"is infected with {found}", "release it by itself if you know better")
                raise FixInput("still-infected", "this is still infected", complaint)

    async def _release(self, entry: SetAside, decided: Decided) -> Receipt | Attachment | None:
        if entry.released_as is not None:
            return Receipt(entry.released_as, duplicate=True)
        if entry.discarded_at is not None:
            complaint = Complaint("id", f"was discarded: {entry.discard_reason}", "have it sent again")
            raise FixInput("discarded", "this entry was discarded", complaint, status=409)
        if entry.left_at is not None:
            await self.entries.wanted(entry, decided)
            return None
        releaser = self.releasers.get(entry.channel)
        if releaser is None:
            complaint = Complaint("channel", f"{entry.channel!r} cannot be read again", "have it sent again")
            raise FixInput("not-releasable", "nothing reads this channel again", complaint)
        done = await releaser.release(entry, await self._bytes(entry))
        await self.entries.released(entry, done.message_id if isinstance(done, Receipt) else done, decided)
        return done

    async def _bytes(self, entry: SetAside) -> bytes:
        try:
            return await self.entries.content(entry.raw_sha256)
        except KeyError as error:
            complaint = Complaint("raw_sha256", f"{entry.raw_sha256} is not in the store", "bring the files back")
            raise FixInput("bytes-missing", "the bytes of this entry are gone", complaint, status=410) from error
