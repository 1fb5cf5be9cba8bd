"""Where we are in each mailbox, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.intake.domain.mail.mailbox import Cursor, Wanted, uid_at
from gongdan.shared.db.session import Database, Transaction

FETCHED_AGAIN = 20
LEFT = "SELECT id, left_at FROM quarantine WHERE starts_with(left_at, :place) AND released_at IS NULL"


@dataclass(frozen=True, slots=True)
class PostgresCursors:
    """One row for each folder of each account (`imap://user@host:port/folder`)."""

    db: Database

    async def load(self, folder: str) -> Cursor | None:
        """The cursor of a folder; None when it was never read. Raises RetryLater."""
        async with self.db.transaction() as unit:
            row = await unit.one(
                "SELECT uidvalidity, last_uid, tidied_uid FROM mailbox_cursors WHERE folder = :folder",
                {"folder": folder},
            )
        return Cursor(row.uidvalidity, row.last_uid, row.tidied_uid or 0) if row else None

    async def tidied(self, folder: str, cursor: Cursor) -> None:
        """Note up to where mails are flagged or moved. Raises RetryLater."""
        async with self.db.transaction() as unit:
            await save_in(unit, folder, cursor)

    async def left(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        """The mails that were left in a folder, and are in quarantine. Raises RetryLater."""
        return await self._left(LEFT, folder, uidvalidity)

    async def wanted(self, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        """Those of them that somebody wants fetched, a few at a time. Raises RetryLater."""
        sql = f"{LEFT} AND wanted_at IS NOT NULL ORDER BY wanted_at LIMIT {FETCHED_AGAIN}"
        return await self._left(sql, folder, uidvalidity)

    async def _left(self, sql: str, folder: str, uidvalidity: int) -> Sequence[Wanted]:
        async with self.db.transaction() as unit:
            rows = await unit.all(sql, {"place": f"{folder};UIDVALIDITY={uidvalidity}/"})
        return [Wanted(uid_at(row.left_at), str(row.id)) for row in rows]


async def save_in(unit: Transaction, folder: str, cursor: Cursor) -> None:
    """Move the cursor of a folder as a part of keeping what was read; never backwards under one UIDVALIDITY."""
    await unit.execute(
        """
        INSERT INTO mailbox_cursors (folder, uidvalidity, last_uid, tidied_uid)
        VALUES (:folder, :uidvalidity, :last_uid, :tidied_uid)
        ON CONFLICT (folder) DO UPDATE
        SET uidvalidity = :uidvalidity, last_uid = :last_uid, tidied_uid = :tidied_uid, moved_at = now()
        WHERE mailbox_cursors.uidvalidity <> :uidvalidity OR mailbox_cursors.last_uid <= :last_uid
        """,
        {
            "folder": folder,
            "uidvalidity": cursor.uidvalidity,
            "last_uid": cursor.last_uid,
            "tidied_uid": cursor.tidied_uid,
        },
    )
