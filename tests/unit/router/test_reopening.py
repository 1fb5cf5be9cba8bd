"""A requester's message to what is finished: it opens the ticket again, or another, as the Workspace says."""

from datetime import timedelta
from typing import Any

import pytest

from gongdan.router.domain.decision import Applied, Arrival
from gongdan.router.domain.ticket import decide
from gongdan.shared.contracts.envelope import Actor, DecidedBy
from gongdan.shared.contracts.tickets import TicketSnapshot
from tests.unit.router.given import NOON, around, definition, done, message, said, ticket_in

OPENING = ["TicketOpened", "MessageAdded", "TicketClassified"]
DAY = timedelta(days=1)


def after(days: float, then: str = "new_linked", state: str = "resolved", **changes: Any) -> Applied:
    """What a message does so many days after the last change of a ticket that may be opened again for a week."""
    spec = {"reopen": {"within": "7d", "then": then}}
    policy = around(definition("Workspace", "support", spec, version=9))
    arrival = Arrival(message("again", **changes), "conversation", Actor("contact", "c"), NOON + days * DAY)
    return done(decide(before(state), arrival, policy))


def before(state: str = "resolved") -> TicketSnapshot:
    """The ticket, last changed at noon."""
    return ticket_in(state).model_copy(update={"number": "GD-3"})


@pytest.mark.parametrize("then", ["new_linked", "new", "reopen"])
def test_within_the_window_a_message_opens_what_is_resolved_again(then: str) -> None:
    found = after(7, then)
    assert (found.how, found.ticket.number, found.ticket.status) == ("joined", "GD-3", "open")


@pytest.mark.parametrize(("then", "names"), [("new_linked", "GD-3"), ("new", None)])
@pytest.mark.parametrize("state", ["resolved", "closed"])
def test_a_later_message_opens_another_which_names_the_old_one_if_so_wanted(
    state: str, then: str, names: str | None
) -> None:
    found = after(7.1, then, state)
    assert said(found) == OPENING
    assert (found.ticket.number, found.ticket.follow_up_of) == ("GD-7", names)
    assert found.drafts[0].decided_by == (DecidedBy("Workspace", "support", 9),)


def test_a_workspace_may_have_its_tickets_opened_again_however_late() -> None:
    assert after(400, "reopen").ticket.status == "open"


def test_what_is_closed_stays_closed_even_then() -> None:
    found = after(1, "reopen", "closed")
    assert (found.how, found.ticket.follow_up_of) == ("opened", "GD-3")


@pytest.mark.parametrize(
    "changes",
    [
        {"reply_text": "Thanks!"},
        {"automatic": "auto_reply"},
        {"automatic": "bounce"},
        {"direction": "out"},
        {"closes": True},
    ],
)
def test_what_would_not_open_it_again_opens_no_other_either(changes: dict[str, Any]) -> None:
    found = after(30, **changes)
    assert (found.how, found.ticket.status) == ("joined", "resolved")
