"""Conversation keys: what keeps the messages of one exchange together, and in order, before a ticket is known."""

from uuid import UUID

from gongdan.shared.contracts.messages import Channel


def of_ticket(number: str) -> str:
    """The key of everything that names its ticket."""
    return number


def of_thread(channel: Channel, source: str, foreign_id: str) -> str:
    """The key of a foreign thread: a mail's root, a partner's conversation."""
    return f"{channel}:{source}:{foreign_id}"


def of_message(message_id: UUID) -> str:
    """The key of a message that belongs to nothing yet."""
    return str(message_id)
