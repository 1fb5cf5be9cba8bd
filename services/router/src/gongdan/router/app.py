"""The composition root of router: the only place that knows its real adapters.

| topic | handler |
| --- | --- |
| `gongdan.inbound.v1` | `Handlers.on_inbound` |
| `gongdan.sla.v1` | `Handlers.on_sla` |
"""

from starlette.applications import Starlette

from gongdan.router.adapters.numbers import PostgresNumbers
from gongdan.router.adapters.postgres import PostgresTicketStore
from gongdan.router.handlers import ACTED_ON, Handlers
from gongdan.router.settings import RouterSettings
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
from gongdan.shared.service import Service

NAME: ServiceName = "router"


def database(url: str, pool: int = 8) -> Database:
    """Router's schema."""
    return Database(url, "router", "gongdan.router.migrations", pool)


def build(settings: RouterSettings, clock: Clock) -> Service:
    """The service with all its parts, in the order they start."""
    health = Health(NAME)
    db = database(settings.database_url, settings.database_pool)
    definitions = DefinitionsReader(NAME, settings, health)
    handlers = Handlers(PostgresTicketStore, PostgresNumbers(db), definitions, clock)
    inbound = BatchDelivery(NAME, db, handlers.on_events, clock)
    sla = BatchDelivery(NAME, db, handlers.on_events, clock, only={Topic.SLA: ACTED_ON})
    parts = (
        db,
        Relay(NAME, db, settings),
        definitions,
        Subscription(settings, [Topic.INBOUND], inbound, health),
        Subscription(settings, [Topic.SLA], sla, health, "seldom", leisurely=True),
        Loop("prune", Prune(db), health, lesser=True),
    )
    return Service(NAME, settings, Starlette(routes=health_routes(health)), health, parts)
