"""The composition root: the only place that knows which adapters notifier is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from starlette.applications import Starlette

from gongdan.notifier.adapters import templates
from gongdan.notifier.adapters.late_notices import PostgresLateNotices
from gongdan.notifier.adapters.mail_server import MailServer
from gongdan.notifier.adapters.postgres import PostgresLedger, PostgresThreads, PruneLedger
from gongdan.notifier.adapters.smtp import SmtpCarrier, SmtpPool
from gongdan.notifier.adapters.webhook import WebhookCarrier
from gongdan.notifier.handlers.folding import Folding
from gongdan.notifier.handlers.queueing import Office, Queueing
from gongdan.notifier.handlers.sending import LEASE, Route, Sending
from gongdan.notifier.settings import Settings
from gongdan.shared.blobs import Blobs
from gongdan.shared.bus.delivery import BatchDelivery
from gongdan.shared.bus.relay import Relay
from gongdan.shared.bus.subscription import Subscription
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.deliveries import DeliveryChannel
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.reader import DefinitionsReader
from gongdan.shared.errors import RetryLater
from gongdan.shared.health import Health, health_routes
from gongdan.shared.loops import Loop
from gongdan.shared.mail_ids import OwnMailIds
from gongdan.shared.service import Part, Service

log = structlog.get_logger()

NAME: ServiceName = "notifier"
TOPICS = (Topic.TICKETS, Topic.SLA)
WEBHOOKS_AT_ONCE = 32
WEBHOOKS_PER_LANE = 4
MAILS_AHEAD = 8
DRAIN = timedelta(seconds=3)


@dataclass(slots=True)
class Sender:
    """The part that keeps sending: its loop, the loop that prolongs leases, and their end in good order."""

    sending: Sending
    loop: Loop
    leases: Loop
    db: Database
    name: str = "sender"

    async def start(self) -> None:
        """Begin to send."""
        self.sending.wake = self.loop.wake
        self.db.on_commit.append(self.sending.committed)
        await self.leases.start()
        await self.loop.start()

    async def stop(self) -> None:
        """Let what is under way end, and write down how it did; the rest is left for the next start."""
        await self.loop.stop()
        try:
            await self.sending.drain(DRAIN)
        except RetryLater as fault:
            log.warning("attempts_not_written_down", why=str(fault))
        await self.leases.stop()


def build(settings: Settings, clock: Clock) -> Service:
    """The service, not yet started."""
    health = Health(NAME)
    db = Database(settings.database_url, NAME, "gongdan.notifier.migrations", settings.database_pool)
    definitions = DefinitionsReader(NAME, settings, health)
    pool = SmtpPool(_server(settings), settings.mail_domain)
    webhooks = WebhookCarrier(definitions, clock)
    queueing = _queueing(settings, definitions, clock)
    delivery = BatchDelivery(NAME, db, queueing.on_events, clock)
    mail = SmtpCarrier(pool, Blobs(settings.blobs_dir))
    sending = Sending(db, PostgresLedger(), _routes(settings, mail, webhooks), clock)
    parts: Sequence[Part] = (
        db,
        # Nobody waits to read what became of a delivery.
        Relay(NAME, db, settings.at_leisure()),
        definitions,
        pool,
        webhooks,
        Subscription(settings, TOPICS, delivery, health),
        Loop("prune", Prune(db), health, lesser=True),
        Loop("prune-ledger", PruneLedger(db, clock), health, lesser=True),
        Loop("folding", Folding(db, queueing.late, queueing).step, health),
        _sender(sending, db, health),
    )
    return Service(NAME, settings, Starlette(routes=health_routes(health)), health, parts)


def _server(settings: Settings) -> MailServer:
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return MailServer.parse(settings.smtp_url, settings.smtp_user, password)


def _queueing(settings: Settings, definitions: DefinitionsReader, clock: Clock) -> Queueing:
    ids = OwnMailIds(settings.signing_key.get_secret_value().encode(), settings.mail_domain)
    office = Office(settings.sender, settings.public_url, ids, templates.load())
    return Queueing(
        ledger=PostgresLedger(),
        threads=PostgresThreads(),
        late=PostgresLateNotices(),
        definitions=definitions,
        office=office,
        clock=clock,
    )


def _routes(settings: Settings, mail: SmtpCarrier, webhooks: WebhookCarrier) -> dict[DeliveryChannel, Route]:
    connections = settings.smtp_connections
    return {
        "email": Route(mail, connections, connections * MAILS_AHEAD),
        "webhook": Route(webhooks, WEBHOOKS_AT_ONCE, WEBHOOKS_PER_LANE),
    }


def _sender(sending: Sending, db: Database, health: Health) -> Sender:
    leases = Loop("leases", sending.keep, health, every=LEASE / 4)
    return Sender(sending, Loop("sending", sending.step, health), leases, db)
