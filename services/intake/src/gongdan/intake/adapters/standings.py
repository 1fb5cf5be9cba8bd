"""How each mailbox is doing, in PostgreSQL: written by the replica that reads it, seen by all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from gongdan.intake.domain.events import SOURCE
from gongdan.intake.domain.mail.standing import Standing
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.doors import MailboxFailed, MailboxRecovered
from gongdan.shared.contracts.envelope import Actor, Envelope
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Database
from gongdan.shared.ids import derived_id

log = structlog.get_logger()

SAVE = """
    INSERT INTO mailbox_states (mailbox, state, cause, detail, since, told_at, read_at, failures, next_try, holder)
    VALUES (:mailbox, :state, :cause, :detail, :since, :now, :read_at, :failures, :next_try, :holder)
    ON CONFLICT (mailbox) DO UPDATE
    SET state = :state, cause = :cause, detail = :detail, told_at = :now, failures = :failures, next_try = :next_try,
        read_at = coalesce(:read_at, mailbox_states.read_at), holder = :holder,
        since = CASE WHEN mailbox_states.state = :state THEN mailbox_states.since ELSE :since END
    """


@dataclass(frozen=True, slots=True)
class PostgresStandings:
    """One row for each mailbox. `holder` names this process."""

    db: Database
    holder: str
    clock: Clock

    async def save(self, mailbox: str, standing: Standing) -> None:
        """Note it; say MailboxFailed and MailboxRecovered once each time. Raises RetryLater."""
        now = self.clock.now()
        async with self.db.transaction() as unit:
            row = await unit.one(
                "SELECT state FROM mailbox_states WHERE mailbox = :mailbox FOR UPDATE", {"mailbox": mailbox}
            )
            await unit.execute(SAVE, self._values(mailbox, standing, now))
            said = _said(mailbox, row.state if row else "new", standing)
            if said is not None:
                unit.emit(_event(mailbox, said, now))

    def _values(self, mailbox: str, standing: Standing, now: datetime) -> dict[str, Any]:
        return {
            "mailbox": mailbox,
            "state": standing.state,
            "cause": standing.cause,
            "detail": standing.detail.replace("\x00", ""),
            "since": standing.since or now,
            "now": now,
            "read_at": standing.read_at,
            "failures": standing.failures,
            "next_try": standing.next_try,
            "holder": self.holder,
        }

    async def all(self) -> Mapping[str, Mapping[str, Any]]:
        """What is known of each mailbox by name. Raises RetryLater."""
        async with self.db.transaction() as unit:
            rows = await unit.all("SELECT * FROM mailbox_states")
        return {row.mailbox: row._asdict() for row in rows}


def _said(mailbox: str, before: str, standing: Standing) -> Contract | None:
    if standing.state == "failing" and before != "failing" and standing.cause is not None:
        log.error("mailbox_failed", mailbox=mailbox, cause=standing.cause, why=standing.detail)
        return MailboxFailed(mailbox=mailbox, cause=standing.cause, detail=standing.detail)
    if standing.state == "reading" and before == "failing":
        log.info("mailbox_recovered", mailbox=mailbox)
        return MailboxRecovered(mailbox=mailbox)
    return None


def _event(mailbox: str, data: Contract, now: datetime) -> Event:
    kind = type(data).__name__
    event_id = derived_id(kind, mailbox, now.isoformat())
    envelope = Envelope(
        id=event_id,
        type=kind,
        source=SOURCE,
        subject=mailbox,
        occurred_at=now,
        recorded_at=now,
        actor=Actor("system", "intake"),
        correlation_id=event_id,
    )
    return Event(envelope, data, mailbox)
