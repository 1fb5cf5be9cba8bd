"""What was set aside: looking at it, and trying again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from gongdan.intake.ports import BlobStore, QuarantineEntries, Receipt, Releaser, SetAside
from gongdan.shared.clock import Clock
from gongdan.shared.errors import Complaint, FixInput

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Releasing:
    """`releasers` read a channel's raw bytes again, as the code of today understands them."""

    entries: QuarantineEntries
    blobs: BlobStore
    releasers: Mapping[str, Releaser]
    clock: Clock

    async def waiting(self) -> Sequence[SetAside]:
        """The oldest entries that wait."""
        return await self.entries.waiting(SHOWN)

    async def on_release(self, entry: UUID) -> Receipt:
        """Read an entry again. Raises FixInput: 404 without such an entry, 422 when it still cannot be read."""
        found = await self.entries.find(entry)
        if found.released_as is not None:
            return Receipt(found.released_as, duplicate=True)
        releaser = self.releasers.get(found.channel)
        if releaser is None:
            complaint = Complaint("channel", f"{found.channel!r} cannot be read again", "send it anew")
            raise FixInput("not-releasable", "nothing reads this channel again", complaint)
        receipt = await releaser.release(found.source, await self.blobs.get(found.raw_sha256), found.received_at)
        await self.entries.released(entry, receipt.message_id, self.clock.now())
        return receipt
