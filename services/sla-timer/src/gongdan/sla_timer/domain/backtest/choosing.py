"""Which plan applies in a situation, remembered by what the policies' conditions look at.

Many situations are alike in that, and a condition costs more than everything else.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from operator import attrgetter

from gongdan.shared.contracts.tickets import TicketSnapshot
from gongdan.shared.definitions.variables import ATTRIBUTES
from gongdan.sla_timer.domain.policy import Plan, Policies

MOST = 200_000
NOT_HASHABLE = ("fields", "requester")
ALWAYS_MATTER = ("workspace", "priority", "team", "status", "status_category")


@dataclass(slots=True)
class Chooser:
    """Chooses as the policies do. `key` gives the parts of a ticket that matter; None: everything may."""

    policies: Policies
    key: Callable[[TicketSnapshot], Hashable] | None
    _plans: dict[Hashable, Plan] = field(default_factory=dict)

    def plan_for(self, ticket: TicketSnapshot) -> Plan:
        """What applies to a ticket as it stands."""
        if self.key is None:
            return self.policies.plan_for(ticket)
        key = self.key(ticket)
        found = self._plans.get(key)
        if found is None:
            if len(self._plans) >= MOST:
                self._plans.clear()
            found = self._plans[key] = self.policies.plan_for(ticket)
        return found


def chooser(policies: Policies) -> Chooser:
    """A chooser for policies."""
    candidates = (*policies.about_tickets, *policies.about_teams)
    written = " ".join(f"{one.spec.when} {list(one.spec.pause_when.values())}" for one in candidates)
    return Chooser(policies, None if "now" in written else _key(written))


def _key(written: str) -> Callable[[TicketSnapshot], Hashable]:
    """What to know of a ticket to decide all that is written."""
    looked_at = [attribute for name, attribute in ATTRIBUTES.items() if name in written]
    parts = attrgetter(*dict.fromkeys((*ALWAYS_MATTER, *(part for part in looked_at if part not in NOT_HASHABLE))))
    if not any(part in written for part in NOT_HASHABLE):
        return parts
    return lambda ticket: (parts(ticket), repr(ticket.fields), repr(ticket.requester))
