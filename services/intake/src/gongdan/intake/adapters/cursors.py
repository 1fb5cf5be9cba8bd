"""Where we are in each mailbox, in PostgreSQL."""

from dataclasses import dataclass

from gongdan.intake.domain.mail.mailbox import Cursor
from gongdan.shared.db.session import Database


@dataclass(frozen=True, slots=True)
class PostgresCursors:
    """One row for each folder of each account (`imap://user@host:port/folder`)."""

    db: Database

    async def load(self, folder: str) -> Cursor | None:
        """The cursor of a folder; None when it was never read. Raises RetryLater."""
        async with self.db.transaction() as unit:
            row = await unit.one(
                "SELECT uidvalidity, last_uid FROM mailbox_cursors WHERE folder = :folder", {"folder": folder}
            )
        return Cursor(row.uidvalidity, row.last_uid) if row else None

    async def save(self, folder: str, cursor: Cursor) -> None:
        """Move the cursor of a folder. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await unit.execute(
                """
                INSERT INTO mailbox_cursors (folder, uidvalidity, last_uid) VALUES (:folder, :uidvalidity, :last_uid)
                ON CONFLICT (folder) DO UPDATE
                SET uidvalidity = :uidvalidity, last_uid = :last_uid, moved_at = now()
                """,
                {"folder": folder, "uidvalidity": cursor.uidvalidity, "last_uid": cursor.last_uid},
            )
