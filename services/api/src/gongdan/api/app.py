"""The composition root: which parts api is made of, and which routes it answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from fastapi import APIRouter, FastAPI

from gongdan.api.adapters.accounts import PostgresAccounts
from gongdan.api.adapters.audit import PostgresAudit
from gongdan.api.adapters.changes import PostgresChanges, PruneChanges
from gongdan.api.adapters.credentials import PostgresCredentials
from gongdan.api.adapters.definition_versions import PostgresDefinitionVersions
from gongdan.api.adapters.facts import PostgresFacts
from gongdan.api.adapters.files import page_files
from gongdan.api.adapters.form_versions import PostgresFormVersions
from gongdan.api.adapters.messages import PostgresMessages
from gongdan.api.adapters.oidc import OidcProvider
from gongdan.api.adapters.open_tickets import PostgresOpenTickets
from gongdan.api.adapters.passwords import Argon2Passwords
from gongdan.api.adapters.read_models import PostgresReadModels
from gongdan.api.adapters.search import PostgresSearch
from gongdan.api.adapters.search_index import SearchIndex
from gongdan.api.adapters.tickets import PostgresTickets
from gongdan.api.adapters.timelines import PostgresTimelines
from gongdan.api.adapters.wakeups import Wakeups
from gongdan.api.domain.option_titles import OptionTitles, TitlesBook
from gongdan.api.handlers.boards import Boards
from gongdan.api.handlers.exporting import Exporting
from gongdan.api.handlers.managing import Managing
from gongdan.api.handlers.projecting import Handlers
from gongdan.api.handlers.reading import Reading
from gongdan.api.handlers.reporting import Reporting
from gongdan.api.handlers.searching import Searching
from gongdan.api.handlers.signing_in import SigningIn
from gongdan.api.routes import (
    accounts,
    attachments,
    audit,
    conditions,
    definitions,
    denials,
    events,
    exports,
    faults,
    fields,
    impact,
    impersonation,
    keys,
    messages,
    names,
    oidc,
    page,
    receipts,
    reports,
    search,
    session,
    sessions,
    tickets,
)
from gongdan.api.routes.described import describe
from gongdan.api.routes.gate import Callers, Gate
from gongdan.api.settings import ApiSettings
from gongdan.shared import refusals
from gongdan.shared.access.tokens import Identity
from gongdan.shared.blobs import Blobs
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
from gongdan.shared.refusals import Denials
from gongdan.shared.service import Part, Service

NAME: ServiceName = "api"
SELDOM = (Topic.SLA, Topic.DELIVERIES, Topic.DEFINITIONS)
TOPICS = (Topic.INBOUND, Topic.OUTCOMES, Topic.TICKETS)
# What a message says is asked for together with what becomes of it.
PATIENT = (Topic.INBOUND,)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where answers come from."""

    messages: PostgresMessages
    tickets: PostgresTickets
    timelines: PostgresTimelines
    search: PostgresSearch
    changes: PostgresChanges
    definitions: DefinitionsReader
    versions: PostgresDefinitionVersions
    forms: PostgresFormVersions
    open_tickets: PostgresOpenTickets
    facts: PostgresFacts
    blobs: Blobs
    credentials: PostgresCredentials
    accounts: PostgresAccounts
    audit: PostgresAudit
    denials: Denials
    book: TitlesBook = field(default_factory=TitlesBook)

    def titles(self) -> OptionTitles:
        """What people call the answers that forms give to choose from."""
        return self.book.of(self.definitions.current)


def build(settings: ApiSettings, clock: Clock) -> Service:
    """The service, ready to run."""
    health = Health(NAME)
    db = Database(settings.database_url, NAME, "gongdan.api.migrations", settings.database_pool)
    audits = PostgresAudit(db)
    sources = Sources(
        messages=PostgresMessages(db, health.stopping),
        tickets=PostgresTickets(db),
        timelines=PostgresTimelines(db),
        search=PostgresSearch(db),
        changes=PostgresChanges(db, health.stopping),
        definitions=DefinitionsReader(NAME, settings, health),
        versions=PostgresDefinitionVersions(db),
        forms=PostgresFormVersions(db),
        open_tickets=PostgresOpenTickets(db),
        facts=PostgresFacts(db),
        blobs=Blobs(settings.blobs_dir),
        credentials=PostgresCredentials(db, clock),
        accounts=PostgresAccounts(db, clock),
        audit=audits,
        denials=denials.audited(audits, clock),
    )
    app = _application(settings, clock, health, sources)
    return Service(NAME, settings, app, health, _parts(settings, clock, health, db, sources))


def _parts(settings: ApiSettings, clock: Clock, health: Health, db: Database, sources: Sources) -> Sequence[Part]:
    """In the order in which they start: what answers before what changes the answers."""
    wakeups = Wakeups(db, health.stopping, hooks=[sources.messages.wake, sources.changes.wake])
    handle = Handlers(PostgresReadModels()).on_batch
    return (
        db,
        Relay(NAME, db, settings, recover={Topic.ACCESS: sources.credentials.tell_all}),
        sources.denials,
        sources.messages,
        sources.changes,
        wakeups,
        sources.definitions,
        Subscription(settings, TOPICS, BatchDelivery(NAME, db, handle, clock), health, patient=PATIENT),
        Subscription(settings, SELDOM, BatchDelivery(NAME, db, handle, clock), health, "seldom", leisurely=True),
        Loop("search-index", SearchIndex(db, sources.titles), health, lesser=True),
        Loop("prune", Prune(db), health, lesser=True),
        Loop("prune-changes", PruneChanges(db), health, lesser=True),
        Loop("prune-credentials", sources.credentials.prune, health, lesser=True),
        Loop("denials-folded", sources.denials.step, health, lesser=True),
    )


def _application(settings: ApiSettings, clock: Clock, health: Health, sources: Sources) -> FastAPI:
    """Every route, behind the gate."""
    identity = Identity(settings.admin_token.get_secret_value(), sources.credentials)
    reading = Reading(sources.tickets, sources.timelines, sources.messages, sources.denials)
    reporting = Reporting(sources.facts, sources.definitions, clock)
    callers = Callers(identity, sources.definitions, clock)
    app = FastAPI(title="Gongdan", version="1", docs_url=None, redoc_url=None)
    app.router.routes.extend(health_routes(health))
    for router in (
        messages.routes(reading),
        receipts.routes(sources.messages),
        tickets.routes(reading),
        search.routes(Searching(sources.search, sources.titles)),
        events.routes(sources.changes, reading, callers, health.stopping),
        definitions.routes(sources.definitions, sources.versions, sources.audit, clock),
        impact.routes(sources.definitions, sources.open_tickets),
        conditions.routes(reading, sources.definitions),
        fields.routes(sources.definitions, sources.forms),
        names.routes(sources.definitions),
        attachments.routes(sources.blobs, reading),
        exports.routes(Exporting(sources.tickets, sources.definitions, sources.audit, clock)),
        reports.routes(reporting, Boards(reporting, reading)),
        *_access_routes(settings, clock, sources, callers),
        page.routes(page_files()),
    ):
        app.include_router(router)
    app.add_middleware(Gate, callers=callers, denials=sources.denials)
    faults.install(app)
    refusals.install(app, sources.denials)
    describe(app)
    return app


def _access_routes(settings: ApiSettings, clock: Clock, sources: Sources, callers: Callers) -> Sequence[APIRouter]:
    """Signing in, and what only concerns who may."""
    passwords = Argon2Passwords()
    signing_in = SigningIn(
        accounts=sources.accounts,
        credentials=sources.credentials,
        passwords=passwords,
        definitions=sources.definitions,
        identity=callers.identity,
        clock=clock,
    )
    return (
        session.routes(signing_in, callers, settings.public_url),
        sessions.routes(sources.credentials, sources.denials, clock),
        oidc.routes(settings, _provider(settings), signing_in),
        accounts.routes(Managing(sources.accounts, sources.credentials, passwords, clock)),
        keys.routes(sources.credentials, sources.definitions, clock),
        impersonation.routes(signing_in, sources.audit, settings.public_url),
        audit.routes(sources.audit),
    )


def _provider(settings: ApiSettings) -> OidcProvider | None:
    if not settings.oidc_issuer:
        return None
    return OidcProvider(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        callback=f"{settings.public_url.rstrip('/')}{oidc.PATH}/callback",
    )
