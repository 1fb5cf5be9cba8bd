"""What came in, and what became of it, as rows."""

from gongdan.api.domain.rows import MessageRow, OutcomeRow
from gongdan.api.domain.texts import storable
from gongdan.shared.contracts.envelope import Envelope
from gongdan.shared.contracts.messages import CommandReceived, MessageReceived
from gongdan.shared.contracts.outcomes import MessageApplied, MessageIgnored, MessageRejected


def message_row(envelope: Envelope, message: MessageReceived) -> MessageRow:
    """A message of any channel."""
    return MessageRow(
        message_id=message.message_id,
        channel=message.channel,
        command=None,
        source=storable(message.source),
        actor=storable(str(envelope.actor)),
        subject=storable(message.subject),
        raw_sha256=message.raw_sha256,
        received_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
    )


def command_row(envelope: Envelope, command: CommandReceived) -> MessageRow:
    """A command of an agent."""
    return MessageRow(
        message_id=command.message_id,
        channel=None,
        command=command.command.command,
        source=storable(envelope.source),
        actor=storable(str(envelope.actor)),
        subject="",
        raw_sha256=None,
        received_at=envelope.occurred_at,
        recorded_at=envelope.recorded_at,
    )


def outcome_row(envelope: Envelope, outcome: MessageApplied | MessageRejected | MessageIgnored) -> OutcomeRow:
    """A decision about either."""
    applied = outcome if isinstance(outcome, MessageApplied) else None
    refused = None if isinstance(outcome, MessageApplied) else outcome
    return OutcomeRow(
        message_id=outcome.message_id,
        event_id=envelope.id,
        status=type(outcome).__name__.removeprefix("Message").lower(),
        ticket_id=applied.ticket_id if applied else None,
        ticket=outcome.ticket,
        version=applied.version if applied else None,
        how=applied.how if applied else None,
        rule=applied.rule if applied else None,
        reason=refused.reason if refused else None,
        detail=storable(refused.detail) if refused else None,
        field=outcome.field if isinstance(outcome, MessageRejected) else None,
        decided_at=envelope.recorded_at,
    )
