"""The composition root: the only place that knows which adapters intake is made of, and where its doors are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from starlette.applications import Starlette

from gongdan.intake.adapters.calls import PostgresCalls
from gongdan.intake.adapters.clamav import ClamAv
from gongdan.intake.adapters.conflicts import PostgresConflicts
from gongdan.intake.adapters.definitions import PostgresDefinitions
from gongdan.intake.adapters.form_pages import form_pages
from gongdan.intake.adapters.fresh_ids import FreshIds
from gongdan.intake.adapters.group_commit import GroupCommit
from gongdan.intake.adapters.postgres import MessageTable
from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.adapters.quarantine_age import QuarantineAge
from gongdan.intake.adapters.refusals import OutboxRefusals
from gongdan.intake.adapters.relay import BackgroundRelay
from gongdan.intake.adapters.standings import PostgresStandings
from gongdan.intake.handlers.bulk import Bulk
from gongdan.intake.handlers.calls import Switchboard
from gongdan.intake.handlers.conditions import Trying
from gongdan.intake.handlers.definitions import Applying, read
from gongdan.intake.handlers.files import FileKeeper
from gongdan.intake.handlers.filing import Filing
from gongdan.intake.handlers.form_releases import FormReleases
from gongdan.intake.handlers.forms import Forms
from gongdan.intake.handlers.inbound import Inbound
from gongdan.intake.handlers.mail import Mails
from gongdan.intake.handlers.quarantine import Releasing
from gongdan.intake.handlers.upload_releases import UploadReleases
from gongdan.intake.hooking import hooks_of
from gongdan.intake.mailing import mailboxes_of, readers_of, receiver_of
from gongdan.intake.ports.quarantine import Releaser
from gongdan.intake.routes import (
    bulk,
    calls,
    conditions,
    conflicts,
    definitions,
    forms,
    hooks,
    mailboxes,
    messages,
    quarantine,
    uploads,
)
from gongdan.intake.routes.door import Door, Gate
from gongdan.intake.routes.openapi import openapi_route
from gongdan.intake.routes.quick import quick_protocol
from gongdan.intake.settings import IntakeSettings
from gongdan.shared import problems, refusals
from gongdan.shared.access.reader import AccessReader
from gongdan.shared.access.tokens import Identity
from gongdan.shared.blobs import Blobs
from gongdan.shared.bus.relay import Relay
from gongdan.shared.clock import Clock
from gongdan.shared.contracts.topics import ServiceName, Topic
from gongdan.shared.db.prune import Prune
from gongdan.shared.db.session import Database
from gongdan.shared.definitions.seed import default_documents
from gongdan.shared.health import Health, health_routes
from gongdan.shared.loops import Loop
from gongdan.shared.mail_ids import OwnMailIds
from gongdan.shared.refusals import Denials
from gongdan.shared.service import Part, Service

NAME: ServiceName = "intake"


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the doors and the mail side have in common."""

    settings: IntakeSettings
    clock: Clock
    health: Health
    db: Database
    blobs: Blobs
    catalog: PostgresDefinitions
    acceptor: GroupCommit
    quarantine: PostgresQuarantine
    access: AccessReader
    denials: Denials


def build(settings: IntakeSettings, clock: Clock) -> Service:
    """The service, ready to run."""
    rooms = _rooms(settings, clock)
    mails = _mails(rooms)
    gate = Gate(Identity(settings.admin_token.get_secret_value(), rooms.access), rooms.catalog, clock)
    inbound = Inbound(rooms.acceptor, rooms.catalog, rooms.blobs, clock, FreshIds())
    partners = hooks_of(rooms.catalog, rooms.acceptor, rooms.blobs, clock, rooms.quarantine, mails)
    doors = [
        *messages.doors(inbound, gate),
        *bulk.doors(Bulk(inbound, rooms.denials.tell), gate),
        *hooks.doors(partners, settings.mail_bytes),
        *_doors(rooms, gate, {"email": mails, "webhook": partners}),
    ]
    app = Starlette(routes=[*(door.route() for door in doors), *health_routes(rooms.health), openapi_route(doors)])
    problems.install(app)
    refusals.install(app, rooms.denials)
    quick = quick_protocol(messages.quick_doors(inbound, gate), rooms.health)
    return Service(NAME, settings, app, rooms.health, [*_parts(rooms), *_mail_parts(rooms, mails)], quick)


def _rooms(settings: IntakeSettings, clock: Clock) -> Rooms:
    health = Health(NAME)
    db = Database(settings.database_url, NAME, "gongdan.intake.migrations", settings.database_pool)
    blobs = Blobs(settings.blobs_dir)
    return Rooms(
        settings=settings,
        clock=clock,
        health=health,
        db=db,
        blobs=blobs,
        catalog=PostgresDefinitions(db, health, clock, lambda: read(default_documents())),
        acceptor=GroupCommit(MessageTable(db).keep, batch=settings.commit_batch, capacity=settings.commit_queue),
        quarantine=PostgresQuarantine(db, Blobs(settings.blobs_dir / "quarantine")),
        access=AccessReader(settings, clock),
        denials=Denials(OutboxRefusals(db, clock).write, clock),
    )


def _parts(rooms: Rooms) -> Sequence[Part]:
    """In the order of starting. Nothing before the relay needs Kafka, nor does anything wait for the relay."""
    relay = Relay(NAME, rooms.db, rooms.settings, recover={Topic.DEFINITIONS: rooms.catalog.tell_all})
    switchboard = Switchboard(PostgresCalls(rooms.db), rooms.catalog, rooms.clock)
    return (
        rooms.db,
        rooms.catalog,
        rooms.acceptor,
        rooms.denials,
        BackgroundRelay(relay),
        rooms.access,
        Loop("definitions-refresh", rooms.catalog.refresh, rooms.health, lesser=True),
        Loop("calls", switchboard.on_silence, rooms.health, lesser=True),
        Loop("prune", Prune(rooms.db), rooms.health, lesser=True),
        Loop("quarantine-age", _age_of(rooms), rooms.health, lesser=True),
        Loop("denials-folded", rooms.denials.step, rooms.health, lesser=True),
    )


def _age_of(rooms: Rooms) -> QuarantineAge:
    settings, blobs = rooms.settings, rooms.quarantine.blobs
    return QuarantineAge(rooms.db, blobs, rooms.clock, settings.quarantine_days, settings.quarantine_bytes)


def _mails(rooms: Rooms) -> Mails:
    settings = rooms.settings
    return Mails(
        acceptor=rooms.acceptor,
        quarantine=rooms.quarantine,
        blobs=rooms.blobs,
        definitions=rooms.catalog,
        clock=rooms.clock,
        own=OwnMailIds(settings.signing_key.get_secret_value().encode(), settings.mail_domain),
        patterns=settings.patterns,
        servers=frozenset(map(str.lower, settings.mail_authserv_ids)),
    )


def _mail_parts(rooms: Rooms, mails: Mails) -> Sequence[Part]:
    """After everything that keeping a mail needs, so that they stop before it."""
    readers = readers_of(rooms.settings)
    mailboxes = mailboxes_of(rooms.settings, mails, rooms.quarantine, readers)
    rooms.health.degraded_by("mailboxes", mailboxes.wrong)
    return receiver_of(rooms.settings, mails), readers, mailboxes


def _doors(rooms: Rooms, gate: Gate, releasers: Mapping[str, Releaser]) -> list[Door]:
    scanner = ClamAv(rooms.settings.clamav) if rooms.settings.clamav else None
    keeper = FileKeeper(rooms.blobs, rooms.quarantine, rooms.clock, scanner)
    filing = Filing(rooms.acceptor, rooms.catalog, keeper)
    submissions = FormReleases(filing, rooms.quarantine, rooms.clock)
    files: dict[str, Releaser] = {"form": submissions, uploads.CHANNEL: UploadReleases(rooms.blobs)}
    releasing = Releasing(rooms.quarantine, {**releasers, **files}, rooms.clock, scanner)
    key = rooms.settings.signing_key.get_secret_value().encode()
    return [
        *forms.doors(Forms(filing, rooms.clock, uuid4, key), gate, form_pages()),
        *uploads.doors(keeper, gate),
        *calls.doors(Switchboard(PostgresCalls(rooms.db), rooms.catalog, rooms.clock), gate),
        *conflicts.doors(PostgresConflicts(rooms.db), gate),
        *definitions.doors(Applying(rooms.catalog, rooms.clock), gate),
        *conditions.doors(Trying(rooms.catalog, rooms.clock), gate),
        *quarantine.doors(releasing, gate),
        *mailboxes.doors(rooms.catalog, PostgresStandings(rooms.db, "", rooms.clock), gate),
    ]
