"""How long `may` and `redact` take for one ticket, with 50 field rules over two roles: `python -m tests.bench.access`.

Cold: a ticket never asked about before, so that scopes are evaluated. Warm: the same version again, as in a list that
is looked at, a live stream or a timeline.
"""

from collections.abc import Sequence
from time import process_time

from gongdan.shared.access.rights import Rights, may, redact
from gongdan.shared.contracts.tickets import TicketSnapshot
from tests.unit.shared.access.given import agent, rights, role, ticket

TICKETS = 5_000
ROUNDS = 5
SCOPES = ("ticket.team in actor.teams || ticket.assignee == actor.id", "ticket.subject.startsWith('The')")
FIELDS = [f"field_{number}" for number in range(50)]


def main() -> None:
    """Measure and print the best of some rounds."""
    tickets = [ticket(f"GD-{number}", fields=dict.fromkeys(FIELDS, "value")) for number in range(TICKETS)]
    for scope in SCOPES:
        cold, warm = zip(*(_round(_rights(scope), tickets) for _ in range(ROUNDS)), strict=True)
        print(f"cold {min(cold):.1f} us, warm {min(warm):.1f} us per ticket; scope {scope}")


def _round(asked: Rights, tickets: Sequence[TicketSnapshot]) -> tuple[float, float]:
    return _microseconds(asked, tickets), _microseconds(asked, tickets)


def _rights(scope: str) -> Rights:
    levels = dict(zip(FIELDS, ["hide", "read", "write", "hide", "read"] * 10, strict=True))
    first = role("first", actions=["Reply"], fields={"*": "read"} | levels, scope=scope)
    second = role("second", actions=["AddNote"], fields={"*": "read"} | levels)
    return rights(first, second, agent("ann", "first", "second", teams=["support"]))


def _microseconds(asked: Rights, tickets: Sequence[TicketSnapshot]) -> float:
    began = process_time()
    for one in tickets:
        may(asked, "Reply", one, ("messages",))
        redact(asked, one)
    return (process_time() - began) / len(tickets) * 1e6


if __name__ == "__main__":
    main()
