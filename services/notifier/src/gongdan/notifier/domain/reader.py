"""Who reads a mail: in which language it is written, and by which clock its times are told. Pure.

An agent is known by what decided that they hear of it, so that a notice which had to wait is theirs all the same.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.language import Locale, language_of
from gongdan.shared.contracts.deliveries import TO_REQUESTER
from gongdan.shared.definitions.agent import Agent
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Reader:
    """The language and the IANA time zone of whoever reads."""

    locale: Locale
    timezone: str

    def moment(self, at: datetime | None) -> str:
        """A time as they read it, with its zone."""
        return f"{at.astimezone(ZoneInfo(self.timezone)):%Y-%m-%d %H:%M} {self.timezone}" if at else "–"


def reader_of(want: Want, subject: str, catalog: Catalog) -> Reader:
    """An agent's own language and zone; a requester's language as far as the subject tells; else the workspace's."""
    found = catalog.find(Workspace, want.about.workspace)
    usual = found[1] if found else Workspace()
    if want.purpose in TO_REQUESTER:
        return Reader(language_of(subject) or usual.default_locale, usual.timezone)
    agent = _agent(want, catalog)
    locale, timezone = (agent.locale, agent.timezone) if agent else (None, None)
    return Reader(locale or usual.default_locale, timezone or usual.timezone)


def _agent(want: Want, catalog: Catalog) -> Agent | None:
    """The agent who has the address. One address may be that of several; the first counts."""
    for decided in want.decided_by:
        found = catalog.find(Agent, decided.name, want.about.workspace) if decided.kind == "Agent" else None
        if found and found[1].email and found[1].email.lower() == want.recipient:
            return found[1]
    return None
