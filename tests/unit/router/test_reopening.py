"""A requester's message to what is finished: it opens the ticket again, or another, as the Workspace says."""

from datetime import timedelta
from typing import Any

import pytest

from gongdan.router.domain.decision import Applied, Arrival, Order
from gongdan.router.domain.ticket import decide
from gongdan.shared.contracts.envelope import Actor, DecidedBy
from gongdan.shared.contracts.messages import Reply
from gongdan.shared.contracts.tickets import MessageAdded, TicketSnapshot
from tests.unit.router.given import CUSTOMER, NOON, around, command, definition, done, message, said, ticket_in

OPENING = ["TicketOpened", "MessageAdded", "TicketClassified"]
DAY = timedelta(days=1)


def after(days: float, then: str = "new_linked", state: str = "resolved", **changes: Any) -> Applied:
    """What a message does so many days after the last change of a ticket that may be opened again for a week."""
    spec = {"reopen": {"within": "7d", "then": then}}
    policy = around(definition("Workspace", "support", spec, version=9))
    arrival = Arrival(message("again", **changes), "conversation", Actor("contact", "c"), NOON + days * DAY)
    return done(decide(before(state), arrival, policy))


def answered(days: float, then: str = "new_linked", state: str = "resolved", text: str = "again") -> Applied:
    """What the requester's reply on the portal does, so many days after."""
    policy = around(definition("Workspace", "support", {"reopen": {"within": "7d", "then": then}}, version=9))
    order = Order(command(Reply(text=text), ticket="GD-3"), Actor("contact", CUSTOMER.key), NOON + days * DAY)
    return done(decide(before(state), order, policy))


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


@pytest.mark.parametrize("state", ["resolved", "closed"])
@pytest.mark.parametrize("then", ["new_linked", "new", "reopen"])
@pytest.mark.parametrize("days", [1, 7.1])
def test_a_reply_on_the_portal_does_what_a_mail_would(days: float, then: str, state: str) -> None:
    mailed, replied = after(days, then, state), answered(days, then, state)
    assert said(replied) == said(mailed)
    assert (replied.ticket.number, replied.ticket.status) == (mailed.ticket.number, mailed.ticket.status)
    assert replied.ticket.follow_up_of == mailed.ticket.follow_up_of
    assert [draft.decided_by for draft in replied.drafts] == [draft.decided_by for draft in mailed.drafts]


def test_a_reply_that_opens_a_ticket_is_its_first_message_under_the_old_subject() -> None:
    found = answered(30)
    added = found.drafts[1].payload
    assert isinstance(added, MessageAdded)
    assert (found.how, found.rule) == ("opened", "Reply")
    assert (added.text, added.author, added.channel) == ("again", CUSTOMER, "api")
    assert found.ticket.subject == before().subject


def test_late_thanks_on_the_portal_open_nothing() -> None:
    found = answered(30, text="Thanks!")
    assert (found.how, found.ticket.number, found.ticket.status) == ("commanded", "GD-3", "resolved")
