"""The composition root: which parts the service is made of, and what goes to which handler."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from starlette.applications import Starlette

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.relay import Relay
from gongdan.shared.bus.subscription import Subscription
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.registry import Event
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.db.pool import Row
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database, Transaction
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.health import Health, health_routes
from gongdan.shared.loops import Loop
from gongdan.shared.service import Part, Service
from gongdan.sla_timer.adapters.backlog import Backlog
from gongdan.sla_timer.adapters.calendar_versions import CalendarVersions
from gongdan.sla_timer.adapters.claims import Claims
from gongdan.sla_timer.adapters.closed import ClosedTickets
from gongdan.sla_timer.adapters.listening import Listening
from gongdan.sla_timer.adapters.outdated import OutdatedTickets, Retargeting
from gongdan.sla_timer.adapters.policies import CatalogPolicies
from gongdan.sla_timer.adapters.postgres import PostgresBookStore
from gongdan.sla_timer.adapters.steady import SteadyClock
from gongdan.sla_timer.adapters.timers import DueTimers, PostgresTimerStore
from gongdan.sla_timer.adapters.wheel import DueClocks, Gate, Wheel
from gongdan.sla_timer.handlers.firing import Firing
from gongdan.sla_timer.handlers.following import Following
from gongdan.sla_timer.settings import Settings

NAME: ServiceName = "sla-timer"
SCHEMA = "sla_timer"
MIGRATIONS = "gongdan.sla_timer.migrations"


@dataclass(frozen=True, slots=True)
class Workshop:
    """What does the work, on one database and one clock: everything but Kafka and the loops."""

    db: Database
    policies: CatalogPolicies
    clock: Clock
    late_after: timedelta
    books: PostgresBookStore
    timers: PostgresTimerStore

    @property
    def following(self) -> Following:
        """What keeps clocks true to their tickets."""
        return Following(self.books, self.timers, self.policies, self.clock, self.late_after)

    @property
    def firing(self) -> Firing:
        """What says that something is due."""
        return Firing(self.books, self.timers, self.policies, self.clock, self.late_after)

    async def on_tickets(self, unit: Transaction, events: Sequence[Event]) -> None:
        """A batch of ticket events."""
        await self.following.on_tickets(unit, events)

    def wheel(self, gate: Gate, batch: int) -> Wheel:
        """The wheel that fires clocks and timers."""
        firing = self.firing

        async def look(unit: Transaction, rows: Sequence[Row]) -> None:
            await firing.on_clocks(unit, await self.books.read(unit, rows))

        clocks = Claims(self.db, DueClocks(self.clock, gate), look, batch)
        timers = Claims(self.db, DueTimers(self.clock, gate), firing.on_timers, batch)
        return Wheel(self.db, self.clock, gate, clocks, timers)

    def retargeting(self, held: Callable[[], bool], batch: int, share: float = 1.0, lanes: int = 1) -> Retargeting:
        """The background work after a change of policies."""
        outdated = OutdatedTickets(lambda: self.policies.revision)
        claims: Claims[UUID] = Claims(self.db, outdated, self.following.on_policies, batch)
        return Retargeting(self.db, claims, outdated, held, self.clock, share, lanes)


def workshop(db: Database, policies: CatalogPolicies, clock: Clock, late_after: timedelta) -> Workshop:
    """The parts that do the work, made anew."""
    return Workshop(db, policies, clock, late_after, PostgresBookStore(), PostgresTimerStore())


def build(settings: Settings, clock: Clock) -> Service:
    """The whole service, not yet started."""
    health = Health(NAME)
    db = Database(settings.database_url, SCHEMA, MIGRATIONS, settings.database_pool)
    policies = CatalogPolicies()
    definitions = DefinitionsReader(NAME, settings, health, on_change=[policies.take])
    steady = SteadyClock(clock)
    work = workshop(db, policies, steady, settings.late_after)
    delivery = BatchDelivery(NAME, db, work.on_tickets, steady, lanes=settings.lanes)
    subscription = Subscription(settings, [Topic.TICKETS], delivery, health)
    backlog = Backlog(settings, steady, settings.catch_up, lambda: subscription.membership.consumer is not None)
    turning = Loop("wheel", work.wheel(backlog, settings.timer_batch), health)
    batch, share = settings.retarget_batch, settings.retarget_share
    retargeting = work.retargeting(lambda: backlog.behind, batch, share, settings.retarget_lanes)
    following = Loop("retargeting", retargeting, health)
    health.degraded_by("retargeting", retargeting.progress)
    versions = CalendarVersions(db, policies.calendars)
    keeping = Loop("calendar-versions-kept", versions, health)
    policies.on_change += [following.wake, keeping.wake]
    parts: list[Part] = [
        db,
        Relay(NAME, db, settings),
        versions,
        definitions,
        keeping,
        # The wheel does not wait for a place in the group: what came due in an absence fires as soon as it may.
        Loop("backlog", backlog, health),
        turning,
        Listening(db, turning.wake),
        subscription,
        following,
        Loop("prune", Prune(db), health, lesser=True),
        Loop("closed-tickets-pruned", ClosedTickets(db, steady, settings.keep_closed), health, lesser=True),
    ]
    return Service(NAME, settings, Starlette(routes=health_routes(health)), health, parts)
