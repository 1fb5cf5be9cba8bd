"""What a decision depends on besides the ticket and the request."""

from dataclasses import dataclass, field
from typing import Protocol

from gongdan.router.domain.policy import Policy
from gongdan.shared.access.rights import Rights
from gongdan.shared.access.who import ANONYMOUS, Who
from gongdan.shared.contracts.tickets import TicketSnapshot


class Turns(Protocol):
    """Who got the last ticket, by workspace and team: a dict, or whatever answers like one."""

    def get(self, key: tuple[str, str], /) -> str | None:
        """The agent's name; None when the team has given out nothing yet."""
        ...


@dataclass(frozen=True, slots=True)
class Circumstances:
    """The workspace's policy, whose turn it was in each team, and the number a ticket would get if one is opened.

    `rights` are those of whoever gives a command; without any, nothing is allowed. `placed_at`: where a contact's
    reply goes, as their mails do: the ticket they name, or where that is finished its newest follow-up.
    """

    policy: Policy
    turns: Turns
    number: str = ""
    rights: Rights = field(default_factory=lambda: Rights(Who(ANONYMOUS)))
    placed_at: TicketSnapshot | None = None
