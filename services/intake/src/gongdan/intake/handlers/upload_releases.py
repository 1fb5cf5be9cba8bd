"""An upload that was set aside becomes a file after all, which a message or command can name."""

from dataclasses import dataclass

from gongdan.intake.domain.sniffing import ANY
from gongdan.intake.handlers.files import no_room
from gongdan.intake.ports import BlobStore
from gongdan.intake.ports.quarantine import SetAside
from gongdan.shared.contracts.messages import Attachment


@dataclass(frozen=True, slots=True)
class UploadReleases:
    """Keeps the bytes with all other files."""

    blobs: BlobStore

    async def release(self, entry: SetAside, raw: bytes) -> Attachment:
        """What the upload would have answered. Raises RetryLater."""
        try:
            digest = await self.blobs.put(raw)
        except OSError as fault:
            raise no_room(fault) from fault
        if entry.becomes is not None:
            return Attachment.model_validate(entry.becomes)
        return Attachment(name="file", content_type=ANY, size=len(raw), sha256=digest)
