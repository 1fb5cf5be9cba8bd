"""What a mailbox gave, kept in one transaction: messages, what is set aside, and how far the mailbox is read."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from gongdan.intake.adapters import cursors, postgres
from gongdan.intake.adapters.lease import PostgresLease
from gongdan.intake.adapters.quarantine import PostgresQuarantine, tell
from gongdan.intake.domain.mail.mailbox import Mark
from gongdan.intake.ports import Incoming, Receipt
from gongdan.intake.ports.mailboxes import SortedMail
from gongdan.intake.ports.quarantine import Aside
from gongdan.shared.db.session import Database
from gongdan.shared.errors import RetryLater


@dataclass(frozen=True, slots=True)
class PostgresMailKeeper:
    """All or nothing of a batch, and only while the lease of its mailbox is held. `patience` bounds the transaction."""

    db: Database
    lease: PostgresLease
    quarantine: PostgresQuarantine
    patience: timedelta = timedelta(seconds=60)

    async def keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        """Returns after the commit. Raises RetryLater."""
        try:
            async with asyncio.timeout(self.patience.total_seconds()):
                await self._keep(mails, mark)
        except TimeoutError as error:
            raise RetryLater("PostgreSQL does not answer in time") from error

    async def _keep(self, mails: Sequence[SortedMail], mark: Mark) -> None:
        batch = [mail.incoming for mail in mails if mail.incoming is not None]
        async with self.db.transaction() as unit:
            await self.lease.prolong_in(unit, mark.lease)
            receipts = await postgres.keep_in(unit, batch)
            aside = await self.quarantine.put_in(unit, _asides(mails, _by_incoming(batch, receipts)))
            await cursors.save_in(unit, mark.folder, mark.cursor)
        postgres.tell(batch, receipts)
        tell(entry for entry in aside if entry.new)


def _by_incoming(batch: Sequence[Incoming], receipts: Sequence[Receipt]) -> dict[int, Receipt]:
    return {id(item): receipt for item, receipt in zip(batch, receipts, strict=True)}


def _asides(mails: Sequence[SortedMail], receipts: dict[int, Receipt]) -> list[Aside]:
    found = []
    for mail in mails:
        if mail.incoming is None:
            found.append(mail.aside)
        elif (receipt := receipts[id(mail.incoming)]).conflict:
            detail = f"another mail with this Message-ID was kept before, as message {receipt.message_id}"
            found.append(replace(mail.aside, cause="message-id-conflict", detail=detail))
    return found
