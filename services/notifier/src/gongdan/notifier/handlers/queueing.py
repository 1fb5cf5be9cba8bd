"""Events come in, deliveries are written down: load, decide, save, emit."""

from collections.abc import Sequence
from dataclasses import dataclass

from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.compose import Desk
from gongdan.notifier.domain.delivery import queued
from gongdan.notifier.domain.folding import is_late
from gongdan.notifier.domain.limits import keys_of, limit
from gongdan.notifier.domain.plan import own_addresses, plan, tickets_of, wanted
from gongdan.notifier.domain.render import Texts
from gongdan.notifier.ports import Definitions, LateNotices, Ledger, ThreadStore
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.db.session import Transaction
from gongdan.shared.mail_ids import OwnMailIds


@dataclass(frozen=True, slots=True)
class Office:
    """Who we are: the address we write from, the signer of our Message-IDs, our texts, where people look."""

    mail_from: str
    public_url: str
    ids: OwnMailIds
    texts: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Queueing:
    """Turns events into deliveries in the ledger."""

    ledger: Ledger
    threads: ThreadStore
    late: LateNotices
    definitions: Definitions
    office: Office
    clock: Clock

    async def on_events(self, unit: Transaction, events: Sequence[Event]) -> None:
        """Queue what a batch leads to, once each, and say so; what is late waits to be folded. Never sends anything."""
        desk, now = self._desk(), self.clock.now()
        wants = wanted(events, desk.catalog, own_addresses(desk.catalog, desk.ids.domain, desk.mail_from))
        await self.late.keep(unit, [want for want in wants if is_late(want, now)], now)
        await self.write_down(unit, events, [want for want in wants if not is_late(want, now)])

    async def write_down(self, unit: Transaction, events: Sequence[Event], wants: Sequence[Want]) -> None:
        """Queue deliveries of these wants, which `events` caused, as far as the limits allow."""
        desk, now = self._desk(), self.clock.now()
        keys = {key for want in wants for key in keys_of(want)}
        wants = limit(wants, await self.ledger.sent(unit, keys, now) if keys else {})
        threads = await self.threads.load(unit, tickets_of(events))
        planned = plan(events, wants, threads, desk, now)
        new = await self.ledger.add(unit, planned.deliveries)
        await self.threads.save(unit, planned.threads, now)
        unit.emit(*(queued(one) for one in planned.deliveries if one.id in new))

    def _desk(self) -> Desk:
        office = self.office
        return Desk(self.definitions.current, office.texts, office.ids, office.mail_from, office.public_url)
