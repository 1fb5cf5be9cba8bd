"""A command on its ticket, and the two things that can come of it."""

from dataclasses import dataclass
from datetime import datetime

from gongdan.router.domain.circumstances import Circumstances
from gongdan.router.domain.decision import Applied, Draft, Order, Rejected, RejectReason, applied
from gongdan.router.domain.policy import Policy
from gongdan.shared.contracts.tickets import TicketEvent, TicketSnapshot


@dataclass(frozen=True, slots=True)
class Asked:
    """A command on the ticket it names."""

    ticket: TicketSnapshot
    order: Order
    around: Circumstances

    @property
    def at(self) -> datetime:
        """When it was asked."""
        return self.order.at

    @property
    def policy(self) -> Policy:
        """The policy of the ticket's workspace."""
        return self.around.policy

    def done(self, *events: TicketEvent, drafts: tuple[Draft, ...] = ()) -> Applied:
        """The command takes effect by these events."""
        rule = self.order.received.command.command
        return applied("commanded", rule, self.ticket, (*map(Draft, events), *drafts))

    def refused(self, reason: RejectReason, detail: str, field: str | None = None) -> Rejected:
        """The command cannot be done."""
        return Rejected(reason, detail, field, self.ticket.number)
