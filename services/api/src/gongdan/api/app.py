"""The composition root: which parts api is made of, and which routes it answers."""

from collections.abc import Sequence

from fastapi import FastAPI

from gongdan.api.adapters.changes import PostgresChanges, PruneChanges
from gongdan.api.adapters.files import page_files
from gongdan.api.adapters.messages import PostgresMessages
from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.adapters.tickets import PostgresTickets
from gongdan.api.adapters.timelines import PostgresTimelines
from gongdan.api.adapters.wakeups import Wakeups
from gongdan.api.handlers import Handlers
from gongdan.api.routes import attachments, definitions, events, faults, messages, page, session, tickets
from gongdan.api.routes.gate import Gate
from gongdan.api.settings import ApiSettings
from gongdan.shared.blobs import Blobs
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.kafka import Subscription
from gongdan.shared.bus.relay import Relay
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.topics import Topic
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.health import Health, health_routes
from gongdan.shared.loops import Loop
from gongdan.shared.service import Part, Service

TOPICS = (Topic.INBOUND, Topic.OUTCOMES, Topic.TICKETS, Topic.SLA, Topic.DELIVERIES)


def build(settings: ApiSettings, clock: Clock) -> Service:
    """The service, ready to run."""
    health = Health("api")
    db = Database(settings.database_url, "api", "gongdan.api.migrations", settings.database_pool)
    wakeups = Wakeups(db, health.stopping)
    seen = PostgresMessages(db, health.stopping)
    changes = PostgresChanges(db, health.stopping)
    wakeups.hooks += [seen.wake, changes.wake]
    catalog = DefinitionsReader("api", settings, health)
    delivery = BatchDelivery("api", db, Handlers(PostgresReadModels()).on_batch, clock)
    parts: Sequence[Part] = (
        db,
        Relay("api", db, settings),
        seen,
        changes,
        wakeups,
        catalog,
        Subscription(settings, TOPICS, delivery, health),
        Loop("prune", Prune(db), health),
        Loop("prune-changes", PruneChanges(db), health),
    )
    app = _http(settings, clock, health)
    timelines = PostgresTimelines(db)
    found = PostgresTickets(db)
    app.include_router(messages.routes(seen))
    app.include_router(tickets.routes(found, timelines, seen))
    app.include_router(events.routes(changes, health.stopping))
    app.include_router(definitions.routes(catalog))
    app.include_router(attachments.routes(Blobs(settings.blobs_dir)))
    return Service("api", settings, app, health, parts)


def _http(settings: ApiSettings, clock: Clock, health: Health) -> FastAPI:
    """The application without what needs the parts: the gate, sign-in, the page, health."""
    app = FastAPI(title="Gongdan", version="1", docs_url=None, redoc_url=None)
    app.router.routes.extend(health_routes(health))
    app.include_router(session.routes(settings.admin_token, settings.public_url, clock))
    app.include_router(page.routes(page_files()))
    app.add_middleware(Gate, admin_token=settings.admin_token, clock=clock)
    faults.install(app)
    return app
