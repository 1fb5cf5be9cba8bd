"""The policies in force with their calendars, compiled anew whenever definitions change."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from gongdan.shared.clock import Clock, SystemClock
from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.base import Kind
from gongdan.shared.definitions.calendar import Calendar
from gongdan.shared.definitions.catalog import Catalog, Key
from gongdan.shared.definitions.form import Form
from gongdan.shared.definitions.sla_policy import SlaPolicy
from gongdan.shared.definitions.team import Team
from gongdan.shared.definitions.workspace import Workspace
from gongdan.sla_timer.domain.hours import Hours, KnownCalendars
from gongdan.sla_timer.domain.policy import Plan, Policies, policies_of

log = structlog.get_logger()

MOST_READY = 50
YEAR = timedelta(days=366)
KINDS: tuple[type[Kind], ...] = (SlaPolicy, Form, Calendar, Workspace, Team)
Made = list[tuple[Key, int]]


@dataclass(slots=True)
class CatalogPolicies:
    """Policies from the catalog of definitions; `take` is its hook.

    `on_change` hooks run when a policy changed, a calendar, or which calendar counts where.
    """

    revision: int = 0
    calendars: KnownCalendars = field(default_factory=KnownCalendars)
    on_change: list[Callable[[], None]] = field(default_factory=list)
    clock: Clock = field(default_factory=SystemClock)
    _policies: Policies = field(default_factory=Policies)
    _made_of: Made | None = None

    def take(self, catalog: Catalog) -> None:
        """Follow a new catalog; what policies are made of is compared first, since most changes are of other kinds."""
        made_of = [(item.key, item.version) for kind in KINDS for item, _ in catalog.all(kind)]
        if made_of == self._made_of:
            return
        self._made_of = made_of
        before = self._policies.fingerprint
        self.calendars.follow(catalog)
        self._policies = policies_of(catalog, Hours(catalog, self.calendars))
        self._make_ready()
        if self.revision == 0 or self._policies.fingerprint != before:
            self.revision = catalog.revision
            log.info("policies_in_force", revision=self.revision, count=self._policies.count)
            for hook in self.on_change:
                hook()

    def _make_ready(self) -> None:
        """Work out the year around now, which would else hold up the first deadline that asks for it."""
        now = self.clock.now()
        for key in list(self.calendars.present.values())[:MOST_READY]:
            self.calendars.named(key).between(now - YEAR, now + YEAR)

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        return self._policies.plan_for(ticket)
