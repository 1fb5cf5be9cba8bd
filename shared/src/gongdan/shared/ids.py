"""Ids that are the same for the same thing, so that a retry collides with its first try on purpose.

Source: RFC 9562 section 5.5 (UUID version 5).
"""

from uuid import NAMESPACE_URL, UUID, uuid5

ROOT = uuid5(NAMESPACE_URL, "https://gongdan.example/ids")


def derived_id(kind: str, *parts: object) -> UUID:
    """The id of a `kind` of thing that is identified by `parts`. Parts may not contain NUL."""
    return uuid5(ROOT, "\x00".join((kind, *map(str, parts))))


def message_id(source: str, external_id: str) -> UUID:
    """The id of an inbound message: same source, same foreign id, same message."""
    return derived_id("message", source, external_id)


def ticket_id(opening_message: UUID) -> UUID:
    """The id of the ticket that a message opens."""
    return derived_id("ticket", opening_message)


def ticket_event_id(ticket: UUID, version: int) -> UUID:
    """The id of the event that brought a ticket to a version."""
    return derived_id("ticket-event", ticket, version)
