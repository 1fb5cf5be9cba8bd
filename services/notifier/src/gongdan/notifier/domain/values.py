"""What a mail can say of an event, in the words of whoever reads it: the values of its template's places. Pure."""

from collections.abc import Mapping

from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.language import Locale
from gongdan.notifier.domain.reader import Reader
from gongdan.notifier.domain.render import plain_subject
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.messages import Priority
from gongdan.shared.contracts.sla import ClockEvent, DeadlineWarned, EscalationReached
from gongdan.shared.contracts.tickets import MessageAdded, TicketEvent
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.subject_tokens import token_of

METRICS: Mapping[str, Mapping[Locale, str]] = {
    "first_response": {"zh": "首次响应", "en": "first response"},
    "next_response": {"zh": "后续响应", "en": "next response"},
    "resolution": {"zh": "解决", "en": "resolution"},
    "periodic_update": {"zh": "定期更新", "en": "periodic update"},
    "ownership": {"zh": "团队处理", "en": "the team's time"},
}
PRIORITIES: Mapping[Priority, Mapping[Locale, str]] = {
    "low": {"zh": "低", "en": "low"},
    "normal": {"zh": "普通", "en": "normal"},
    "high": {"zh": "高", "en": "high"},
    "urgent": {"zh": "紧急", "en": "urgent"},
}


def values_of(want: Want, thread: Thread, reader: Reader, catalog: Catalog) -> dict[str, str]:
    """All but addresses of pages."""
    data = want.cause.data
    values = {
        "ticket": want.about.ticket,
        "token": token_of(want.about.ticket),
        "subject": plain_subject(thread.subject, want.about.ticket, reader.locale),
    }
    if isinstance(data, MessageAdded):
        values["text"] = data.text
    if isinstance(data, TicketEvent):
        values["priority"] = PRIORITIES[data.ticket.priority][reader.locale]
        values["requester"] = data.ticket.requester.name or data.ticket.requester.key.partition(":")[2]
    if isinstance(data, ClockEvent):
        values["metric"] = METRICS[data.metric][reader.locale] if data.metric in METRICS else data.milestone
        values["due"] = reader.moment(data.due_at)
    if isinstance(data, DeadlineWarned):
        values["threshold"] = data.threshold
    if isinstance(data, EscalationReached):
        values |= {"level": str(data.level), "assignee": _called(data.assignee, want.about.workspace, catalog)}
    return values


def _called(agent: str | None, workspace: str, catalog: Catalog) -> str:
    found = catalog.find(Agent, agent, workspace) if agent else None
    return found[1].display if found else agent or "–"
