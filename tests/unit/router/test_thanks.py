"""Thanks for what is resolved: it stays resolved. Whoever says more is heard."""

import pytest

from gongdan.router.domain.decision import Order
from gongdan.router.domain.thanks import only_thanks
from gongdan.router.domain.ticket import decide
from gongdan.shared.contracts.envelope import Actor
from gongdan.shared.contracts.messages import Reply
from gongdan.shared.contracts.tickets import MessageAdded
from tests.unit.router.given import NOON, around, command, decided, definition, done, message, said, ticket_in


@pytest.mark.parametrize(
    "text",
    [
        "Thanks", "thank you!", "Thanks a lot :)", "Great, thank you so much!", "OK thanks", "Thx",
        "Many thanks again.",
        "Hi all, thanks for your help!", "Got it, thanks 👍", "It works now, thank you very much",
        "谢谢", "谢谢！",
        "好的，谢谢您的帮助", "非常感谢！", "收到，谢谢", "已解决，多谢🙏", "辛苦了，谢谢大家", "Thanks 谢谢",
    ],
)  # fmt: skip
def test_thanks_and_nothing_else(text: str) -> None:
    assert only_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "ok", "Great!", "Thanks, but it still fails", "Thank you. When will the other one come?", "Thanks?",
        "No thanks", "Thanks for nothing", "谢谢，但是还没有好", "谢谢，请问什么时候寄出？", "不用谢谢", "好的",
        "Thanksgiving", "thanks " * 40,
    ],
)  # fmt: skip
def test_everything_else_is_heard(text: str) -> None:
    assert not only_thanks(text)


def test_thanks_leave_a_resolved_ticket_resolved_and_say_so() -> None:
    (draft,) = done(decided(ticket_in("resolved"), message("again", reply_text="谢谢！"))).drafts
    assert isinstance(draft.payload, MessageAdded)
    assert draft.payload.ticket.status == "resolved"
    assert draft.payload.warnings == ("says thanks and nothing else, so the ticket stays resolved",)


def test_thanks_on_the_portal_count_alike() -> None:
    order = Order(command(Reply(text="Thanks!")), Actor("contact", "email:customer@example.com"), NOON)
    assert said(decide(ticket_in("resolved"), order, around())) == ["MessageAdded"]


def test_thanks_for_what_still_waits_are_an_answer_like_any_other() -> None:
    assert done(decided(ticket_in("pending"), message("again", reply_text="Thanks!"))).ticket.status == "open"


def test_a_workspace_may_have_its_tickets_opened_by_thanks() -> None:
    strict = definition("Workspace", "support", {"reopen": {"thanks": "reopen"}}, version=9)
    assert done(decided(ticket_in("resolved"), message("again", reply_text="Thanks!"), strict)).ticket.status == "open"
