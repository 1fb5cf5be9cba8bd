"""The composition root: which parts the service is made of, and what goes to which handler."""

from datetime import timedelta

from starlette.applications import Starlette

from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.relay import Relay
from gongdan.shared.bus.subscription import Subscription
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.health import Health, health_routes
from gongdan.shared.loops import Loop
from gongdan.shared.service import Part, Service
from gongdan.sla_timer.adapters.backlog import Backlog
from gongdan.sla_timer.adapters.claims import Claims
from gongdan.sla_timer.adapters.outdated import OutdatedTickets, Retargeting
from gongdan.sla_timer.adapters.policies import CatalogPolicies
from gongdan.sla_timer.adapters.postgres import PostgresBookStore
from gongdan.sla_timer.adapters.wheel import DueTimers, Wheel
from gongdan.sla_timer.handlers import Handlers
from gongdan.sla_timer.settings import Settings

SERVICE: ServiceName = "sla-timer"
SCHEMA = "sla_timer"
MIGRATIONS = "gongdan.sla_timer.migrations"


def database(settings: Settings) -> Database:
    """The service's own schema."""
    return Database(settings.database_url, SCHEMA, MIGRATIONS, settings.database_pool)


def wheel(db: Database, handlers: Handlers, backlog: Backlog, batch: int) -> Wheel:
    """The wheel that fires this service's timers."""
    timers = DueTimers(handlers.clock, backlog.held_until)
    return Wheel(db, timers, Claims(db, timers, handlers.on_due, batch))


def retargeting(db: Database, handlers: Handlers, backlog: Backlog, batch: int) -> Retargeting:
    """The background work after a change of policies."""
    outdated = OutdatedTickets(lambda: handlers.policies.revision)
    return Retargeting(Claims(db, outdated, handlers.on_policies, batch), lambda: backlog.behind)


def build(settings: Settings, clock: Clock) -> Service:
    """The whole service, not yet started."""
    health = Health(SERVICE)
    db = database(settings)
    policies = CatalogPolicies()
    definitions = DefinitionsReader(SERVICE, settings, health, on_change=[policies.take])
    handlers = Handlers(PostgresBookStore(), policies, clock, settings.late_after)
    backlog = Backlog(settings, clock, settings.catch_up)
    turning = Loop("wheel", wheel(db, handlers, backlog, settings.timer_batch), health)
    following = Loop("retargeting", retargeting(db, handlers, backlog, settings.timer_batch), health)
    db.on_commit.append(turning.wake)
    policies.on_change.append(following.wake)
    parts: list[Part] = [
        db,
        Relay(SERVICE, db, settings),
        definitions,
        Subscription(settings, [Topic.TICKETS], BatchDelivery(SERVICE, db, handlers.on_tickets, clock), health),
        Loop("backlog", backlog, health),
        turning,
        following,
        Loop("prune", Prune(db), health, timedelta(minutes=10)),
    ]
    return Service(SERVICE, settings, Starlette(routes=health_routes(health)), health, parts)
