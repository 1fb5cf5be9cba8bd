"""How much automatic mail one recipient gets."""

from uuid import uuid5

import pytest

from gongdan.notifier.domain.about import About
from gongdan.notifier.domain.audience import Want
from gongdan.notifier.domain.limits import NONE_YET, Counts, keys_of, limit
from gongdan.notifier.domain.live import LiveEvent
from gongdan.shared.contracts.base import Contract
from tests.unit.notifier.given import AGENT, TICKET, assigned, event, opened, replied, wants

ADDRESS = "customer@example.com"


def acknowledgements(count: int, one_ticket: bool) -> list[Want]:
    """So many acknowledgements to one customer, for one ticket or each for another."""
    cause = LiveEvent(event(opened()))
    tickets = [TICKET if one_ticket else uuid5(TICKET, str(nth)) for nth in range(count)]
    return [Want(cause, About(one, "GD-1", "support"), "email", "acknowledgement", ADDRESS) for one in tickets]


def let_through(found: list[Want]) -> int:
    """How many are to be sent."""
    return sum(want.suppressed is None for want in found)


@pytest.mark.parametrize(("one_ticket", "most"), [(True, 10), (False, 30)])
def test_a_loop_within_one_batch_falls_silent_at_the_shortest_windows_limit(one_ticket: bool, most: int) -> None:
    found = limit(acknowledgements(500, one_ticket), {})
    assert let_through(found) == most
    assert {want.suppressed for want in found[most:]} == {"too-many"}


@pytest.mark.parametrize(
    ("sent", "more"),
    [
        ((9, 9, 9, 9, 9), 1),
        ((10, 10, 10, 10, 10), 0),
        ((0, 14, 14, 14, 14), 1),
        ((0, 0, 24, 24, 24), 1),
        ((0, 0, 0, 50, 50), 0),
        ((0, 0, 0, 0, 99), 1),
        (NONE_YET, 10),
    ],
)
def test_every_window_counts(sent: tuple[int, ...], more: int) -> None:
    counts: Counts = {(ADDRESS, TICKET): sent}
    assert let_through(limit(acknowledgements(50, one_ticket=True), counts)) == more


def test_an_agent_may_be_given_many_tickets_at_once() -> None:
    (want,) = wants(assigned())
    assert keys_of(want) == ((want.recipient, TICKET),)


@pytest.mark.parametrize("data", [replied(), opened(ticket={"subject": "x"})])
def test_only_what_a_machine_writes_is_counted(data: Contract) -> None:
    (want,) = wants(data, AGENT)
    assert bool(keys_of(want)) is want.automatic
