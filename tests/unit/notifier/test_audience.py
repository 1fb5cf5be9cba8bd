"""Who hears of what: the table, and the addresses that silence it."""

import pytest

from gongdan.notifier.domain.live import LiveEvent
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.envelope import Actor, Mode
from gongdan.shared.contracts.messages import Automatic, MailIds, Person
from gongdan.shared.definitions.registry import check
from tests.unit.notifier.given import (
    AGENT,
    ROUTER,
    assigned,
    breached,
    channel,
    event,
    opened,
    reminded,
    replied,
    wants,
    warned,
)

NOBODY: list[tuple[str, str, str | None]] = []


def told(data: Contract, actor: Actor = ROUTER) -> list[tuple[str, str, str | None]]:
    """Purpose, recipient and suppression of each want."""
    return [(want.purpose, want.recipient, want.suppressed) for want in wants(data, actor)]


def from_email(address: str | None) -> Contract:
    """A ticket opened by somebody with this address."""
    return opened(ticket={"requester": Person(email=address, phone="+861")})


TABLE = [
    (opened(), ROUTER, [("acknowledgement", "customer@example.com", None)]),
    (opened(ticket={"channel": "form"}), ROUTER, [("acknowledgement", "customer@example.com", None)]),
    (opened(ticket={"channel": "call"}), ROUTER, NOBODY),
    (opened(ticket={"channel": "webhook"}), ROUTER, NOBODY),
    (from_email(None), ROUTER, NOBODY),
    (replied(), AGENT, [("reply", "customer@example.com", None)]),
    (replied(visibility="internal"), AGENT, NOBODY),
    (replied(direction="in"), AGENT, NOBODY),
    (replied(mail=MailIds(message_id="sent@elsewhere.example")), AGENT, NOBODY),
    (
        replied(ticket={"requester": Person(phone="+861")}),
        AGENT,
        [("reply", "phone:+861", "no-address")],
    ),
    (assigned(), ROUTER, [("assignment", "first@gongdan.example", None)]),
    (assigned(), AGENT, NOBODY),
    (assigned(previous_assignee="first"), ROUTER, NOBODY),
    (assigned(assignee=None), ROUTER, NOBODY),
    (assigned(assignee="silent"), ROUTER, NOBODY),
    (assigned(assignee="unknown"), ROUTER, NOBODY),
    (warned(), ROUTER, [("warning", "first@gongdan.example", None)]),
    (breached(), ROUTER, [("breach", "first@gongdan.example", None)]),
    (breached(assignee=None, team="support"), ROUTER, [("breach", "second@gongdan.example", None)]),
    (breached(assignee=None), ROUTER, NOBODY),
    (reminded("requester"), ROUTER, [("reminder", "customer@example.com", None)]),
    (reminded("requester", requester=Person(phone="+861")), ROUTER, [("reminder", "phone:+861", "no-address")]),
    (
        reminded("requester", requester=Person(email="noreply@example.com")),
        ROUTER,
        [("reminder", "noreply@example.com", "never-answer")],
    ),
    (reminded("assignee", assignee="first"), ROUTER, [("follow_up", "first@gongdan.example", None)]),
    (reminded("assignee", team="support"), ROUTER, [("follow_up", "second@gongdan.example", None)]),
    (reminded("assignee"), ROUTER, NOBODY),
]


@pytest.mark.parametrize(("data", "actor", "expected"), TABLE)
def test_each_event_reaches_whom_it_concerns(
    data: Contract, actor: Actor, expected: list[tuple[str, str, str | None]]
) -> None:
    assert told(data, actor) == expected


@pytest.mark.parametrize("automatic", [one for one in Automatic if one is not Automatic.NO])
def test_what_a_machine_wrote_is_not_acknowledged(automatic: Automatic) -> None:
    assert told(opened(automatic=automatic)) == [("acknowledgement", "customer@example.com", "automatic-message")]


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("noreply@example.com", "never-answer"),
        ("No-Reply@example.com", "never-answer"),
        ("shop.do-not-reply@example.com", "never-answer"),
        ("MAILER-DAEMON@example.com", "never-answer"),
        ("postmaster@example.com", "never-answer"),
        ("bounces+12@example.com", "never-answer"),
        ("support@gongdan.example", "own-address"),
        ("anybody@Gongdan.example", "own-address"),
        ("help@example.com", "own-address"),
        ("not an address", "unusable-address"),
        ("a@b\r\nRCPT TO:<c@d>", "unusable-address"),
        ("two@example.com,three@example.com", "unusable-address"),
        ("rooted@example.com", None),
        ("noreplying@example.com", None),
    ],
)
def test_some_addresses_are_never_acknowledged(address: str, reason: str | None) -> None:
    assert [suppressed for _, _, suppressed in told(from_email(address))] == [reason]


def test_an_agents_answer_goes_even_to_an_address_that_machines_read() -> None:
    data = replied(ticket={"requester": Person(email="noreply@example.com")})
    assert told(data, AGENT) == [("reply", "noreply@example.com", None)]


def test_an_answer_that_no_agent_wrote_is_automatic() -> None:
    by_rule = wants(replied(), Actor("rule", "close-politely"))
    assert [want.automatic for want in (*by_rule, *wants(replied(), AGENT))] == [True, False]


@pytest.mark.parametrize("address", ["help@example.com", "help+gd-1-0123456789abcdef@example.com"])
def test_an_answer_to_our_own_mailbox_would_come_back_and_is_not_sent(address: str) -> None:
    data = replied(ticket={"requester": Person(email=address)})
    assert told(data, AGENT) == [("reply", address, "own-address")]


def test_an_endpoint_hears_of_the_events_that_its_channel_lists() -> None:
    found = wants(breached(), ROUTER, channel(), channel("other", events=["TicketOpened"]))
    assert [(one.channel, one.recipient, one.lane) for one in found if one.channel == "webhook"] == [
        ("webhook", "partner", "webhook:/partner")
    ]


def test_an_endpoint_of_another_workspace_hears_nothing() -> None:
    elsewhere = channel("elsewhere", workspace="sales")
    assert [one.channel for one in wants(breached(), ROUTER, elsewhere)] == ["email"]


def test_a_robot_is_no_endpoint_and_gets_no_webhook() -> None:
    spec = {"kind": "dingtalk_robot", "secretRef": "env:ROBOT"}
    robot = check({"kind": "Channel", "metadata": {"name": "ops-chat"}, "spec": spec})
    assert [one.channel for one in wants(breached(), ROUTER, robot)] == ["email"]


def test_a_workspaces_own_channel_takes_the_place_of_a_common_one_of_that_name() -> None:
    own = channel("partner", workspace="support")
    lanes = [one.lane for one in wants(breached(), ROUTER, channel(), own) if one.channel == "webhook"]
    assert lanes == ["webhook:support/partner"]


def test_the_definition_that_named_the_recipient_is_kept_with_the_want() -> None:
    by = [(one.decided_by[0].kind, one.decided_by[0].version) for one in wants(breached(), ROUTER, channel(version=7))]
    assert by == [("Agent", 1), ("Channel", 7)]


@pytest.mark.parametrize("mode", [Mode.REPLAY, Mode.IMPORT])
def test_an_event_that_is_not_live_cannot_become_one_that_is_told(mode: Mode) -> None:
    with pytest.raises(ValueError, match="never told"):
        LiveEvent(event(opened(), mode=mode))


def test_the_same_event_and_recipient_give_the_same_delivery_and_others_another() -> None:
    ids = {want.id for data in (opened(), opened(), warned(), breached()) for want in wants(data)}
    assert len(ids) == 3
