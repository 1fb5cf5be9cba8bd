"""The mail side of the composition root: how mail comes in, and what takes it."""

import socket
from uuid import uuid4

from gongdan.intake.adapters.cursors import PostgresCursors
from gongdan.intake.adapters.imap import Mailboxes
from gongdan.intake.adapters.imap_reader import Shared
from gongdan.intake.adapters.lease import PostgresLease
from gongdan.intake.adapters.mail_keeper import PostgresMailKeeper
from gongdan.intake.adapters.mail_readers import MailReaders
from gongdan.intake.adapters.mailbox_secrets import MailboxSecrets
from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.adapters.sealed import Sealer
from gongdan.intake.adapters.smtp import SmtpReceiver, SmtpTerms
from gongdan.intake.adapters.standings import PostgresStandings
from gongdan.intake.adapters.token_endpoint import TokenEndpoint
from gongdan.intake.handlers.mail import PATIENCE, Mails
from gongdan.intake.handlers.mailboxes import MailboxMails
from gongdan.intake.settings import IntakeSettings
from gongdan.shared import secrets


def receiver_of(settings: IntakeSettings, mails: Mails) -> SmtpReceiver:
    """The SMTP and LMTP receiver."""
    terms = SmtpTerms(
        hostname=settings.mail_domain,
        mail_bytes=settings.mail_bytes,
        connections=settings.smtp_connections,
        client_connections=settings.smtp_client_connections,
        client_mails=settings.smtp_client_mails,
        memory=settings.smtp_memory,
        certificate=settings.smtp_tls_certificate,
        key=settings.smtp_tls_key,
        require_tls=settings.smtp_require_tls,
    )
    return SmtpReceiver(mails, mails.clock, settings.smtp_host, settings.smtp_port, terms)


def readers_of(settings: IntakeSettings) -> MailReaders:
    """What reads the mails of a backlog."""
    return MailReaders(settings.mail_readers, PATIENCE)


def mailboxes_of(
    settings: IntakeSettings, mails: Mails, quarantine: PostgresQuarantine, readers: MailReaders
) -> Mailboxes:
    """What reads mailboxes, under a name of its own among the replicas."""
    db, clock = quarantine.db, mails.clock
    lease = PostgresLease(db, f"{socket.gethostname()}-{uuid4()}")
    keeper = PostgresMailKeeper(db, lease, quarantine)
    batches = MailboxMails(mails, readers, keeper, mails.blobs, mails.acceptor, quarantine, clock)
    standings = PostgresStandings(db, lease.holder, clock)
    shared = Shared(batches, PostgresCursors(db), lease, standings, clock, settings.mail_bytes)
    keys = [key.get_secret_value() for key in (settings.encryption_key, settings.signing_key) if key]
    found = MailboxSecrets(db, TokenEndpoint(), Sealer.of(keys), secrets.resolve, clock)
    return Mailboxes(mails.definitions, shared, found)
