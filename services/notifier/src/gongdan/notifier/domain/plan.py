"""What a batch of events leads to: deliveries with their words, and what is remembered of each ticket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gongdan.notifier.domain.about import about
from gongdan.notifier.domain.addresses import Own
from gongdan.notifier.domain.audience import Want, audience
from gongdan.notifier.domain.compose import Desk, compose
from gongdan.notifier.domain.delivery import Delivery
from gongdan.notifier.domain.folding import once_each
from gongdan.notifier.domain.live import live
from gongdan.notifier.domain.thread import Thread, remember
from gongdan.shared.contracts.deliveries import TO_REQUESTER
from gongdan.shared.contracts.registry import Event
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.mailbox import Mailbox
from gongdan.shared.definitions.workspace import Workspace

Threads = Mapping[UUID, Thread]


@dataclass(frozen=True, slots=True)
class Plan:
    """Deliveries in the order of their causes; the threads that have changed."""

    deliveries: tuple[Delivery, ...]
    threads: tuple[Thread, ...]


def own_addresses(catalog: Catalog, domain: str, mail_from: str) -> Own:
    """Our addresses, as the definitions in force name them."""
    mailboxes = [address for _, spec in catalog.all(Mailbox) for address in (spec.address, *spec.aliases)]
    workspaces = [spec.address for _, spec in catalog.all(Workspace) if spec.address]
    return Own(domain, frozenset(one.lower() for one in (mail_from, *mailboxes, *workspaces)))


def wanted(events: Iterable[Event], catalog: Catalog, own: Own) -> list[Want]:
    """Everybody who is to hear of the events that may be told; a breach and its escalation are one notice each."""
    return once_each(want for event in events if (told := live(event)) for want in audience(told, catalog, own))


def tickets_of(events: Iterable[Event]) -> list[UUID]:
    """The tickets that events are about, each once."""
    return list(dict.fromkeys(it.ticket_id for event in events if (it := about(event.data))))


def plan(events: Iterable[Event], wants: Iterable[Want], threads: Threads, desk: Desk, now: datetime) -> Plan:
    """Compose each want with its ticket's thread as it stands at that event, and take the new mails into it."""
    by_cause: dict[UUID, list[Want]] = {}
    for want in wants:
        by_cause.setdefault(want.cause.envelope.id, []).append(want)
    current = dict(threads)
    deliveries: list[Delivery] = []
    for event in events:
        if subject := about(event.data):
            thread = remember(current.get(subject.ticket_id, Thread(subject.ticket_id)), event.data)
            new = [compose(want, thread, desk, now, current) for want in by_cause.get(event.envelope.id, [])]
            current[subject.ticket_id] = thread.with_ids(filter(None, map(_id_for_requester, new)))
            deliveries += new
    changed = (one for one in current.values() if one != threads.get(one.ticket_id, Thread(one.ticket_id)))
    return Plan(tuple(deliveries), tuple(changed))


def _id_for_requester(delivery: Delivery) -> str | None:
    """The Message-ID under which the requester gets it; agents' mails are no part of the exchange."""
    return delivery.mail_message_id if delivery.purpose in TO_REQUESTER else None
