"""Composition of what takes webhooks: partners' events, and mails that mail providers post."""

from gongdan.intake.adapters.definitions import PostgresDefinitions
from gongdan.intake.adapters.egress import PublicFetch
from gongdan.intake.adapters.group_commit import GroupCommit
from gongdan.intake.adapters.quarantine import PostgresQuarantine
from gongdan.intake.handlers.hooks import Hooks
from gongdan.intake.handlers.mail import Mails
from gongdan.intake.handlers.posted_mail import PostedMails
from gongdan.intake.handlers.proving import Proving
from gongdan.intake.handlers.taking import Taking
from gongdan.shared import secrets
from gongdan.shared.blobs import Blobs
from gongdan.shared.clock import Clock


def hooks_of(
    catalog: PostgresDefinitions,
    acceptor: GroupCommit,
    blobs: Blobs,
    clock: Clock,
    quarantine: PostgresQuarantine,
    mails: Mails,
) -> Hooks:
    """The handlers behind the one door for all Sources."""
    fetch = PublicFetch()
    proving = Proving(quarantine, clock, secrets.resolve, fetch)
    return Hooks(
        definitions=catalog,
        clock=clock,
        proving=proving,
        taking=Taking(acceptor, blobs, clock),
        mails=PostedMails(mails, proving, fetch, clock),
    )
