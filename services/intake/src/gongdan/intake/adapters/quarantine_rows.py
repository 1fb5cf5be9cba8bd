"""How what is set aside is written down: its id, and the columns of many at once."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.ids import derived_id

INSERT = """
    INSERT INTO quarantine (id, channel, source, raw_sha256, size, cause, detail, received_at, sender, mode, left_at,
                            becomes, files)
    SELECT id, channel, source, raw, size, cause, detail, received, sender, mode, place, becomes,
           string_to_array(files, ' ')
    FROM unnest(CAST(:ids AS uuid[]), CAST(:channels AS text[]), CAST(:sources AS text[]), CAST(:raws AS text[]),
                CAST(:sizes AS bigint[]), CAST(:causes AS text[]), CAST(:details AS text[]),
                CAST(:received AS timestamptz[]), CAST(:senders AS text[]), CAST(:modes AS text[]),
                CAST(:places AS text[]), CAST(:becomes AS bytea[]), CAST(:files AS text[]))
         AS given (id, channel, source, raw, size, cause, detail, received, sender, mode, place, becomes, files)
    ON CONFLICT (id) DO NOTHING RETURNING id
    """


@dataclass(frozen=True, slots=True)
class Entry:
    """What is set aside, under its id. `files` are the SHA-256 of its files; `new` unless it was there before."""

    id: UUID
    aside: Aside
    files: Sequence[str]
    new: bool = False

    @classmethod
    def of(cls, aside: Aside, files: Sequence[str] = ()) -> "Entry":
        """The same bytes from the same source, left at the same place, are one entry."""
        digest = hashlib.sha256(aside.raw).hexdigest()
        what = (aside.channel, aside.source, digest, *filter(None, [aside.left_at]), *files)
        return cls(derived_id("quarantine", *what), aside, files)

    @property
    def size(self) -> int:
        """Bytes of all of it. Its files stand where they end, once they are kept."""
        return len(self.aside.raw) + sum(file.seek(0, os.SEEK_END) for file in self.aside.files)


def columns(entries: Sequence[Entry]) -> dict[str, list[Any]]:
    """The parameters of `INSERT`."""
    found = [entry.aside for entry in entries]
    return {
        "ids": [entry.id for entry in entries],
        "channels": [each.channel for each in found],
        "sources": [each.source for each in found],
        "raws": [hashlib.sha256(each.raw).hexdigest() for each in found],
        "sizes": [entry.size for entry in entries],
        "causes": [each.cause for each in found],
        "details": [text(each.detail) for each in found],
        "received": [each.received_at for each in found],
        "senders": [each.sender and text(each.sender) for each in found],
        "modes": [each.mode.value for each in found],
        "places": [each.left_at for each in found],
        "becomes": [each.becomes and each.becomes.model_dump_json().encode() for each in found],
        "files": [" ".join(entry.files) for entry in entries],
    }


def text(given: str) -> str:
    """A text as PostgreSQL keeps it, bounded."""
    return given.replace("\x00", "")[:2_000].encode(errors="replace").decode()
