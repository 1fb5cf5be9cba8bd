"""Where answers to our mails go: to an address of their ticket, where such an address is sure to arrive."""

import pytest

from gongdan.notifier.domain.compose import compose_mail
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.base import Contract
from gongdan.shared.definitions.registry import Definition, check
from tests.unit.notifier.given import (
    AGENT,
    IDS,
    NOON,
    ROUTER,
    TICKET,
    assigned,
    definition,
    desk,
    opened,
    replied,
    wants,
)
from tests.unit.notifier.mails import read

ADDRESS = "support@gongdan.example"
SECRET = {"secretRef": "env:PASSWORD"}
ACCOUNT = {"auth": SECRET, "host": "imap.example.com", "user": "support"}
BY_OAUTH = {"auth": SECRET | {"kind": "oauth2", "provider": "google", "client_id": "desk"}}


def reply_to(data: Contract, *definitions: Definition) -> str | None:
    """The Reply-To of the first mail about it."""
    want = wants(data, AGENT if data == replied() else ROUTER, *definitions)[0]
    return read(compose_mail(want, Thread(TICKET, "Printer"), desk(*definitions), NOON)).get("Reply-To")


def mailbox(spec: dict[str, object]) -> Definition:
    """A mailbox with this address, and what is given."""
    return check({"kind": "Mailbox", "metadata": {"name": "box"}, "spec": {"from": ADDRESS, **ACCOUNT, **spec}}, 1)


@pytest.mark.parametrize("data", [opened(), replied(), assigned()])
def test_an_answer_to_any_mail_goes_to_an_address_that_proves_the_ticket(data: Contract) -> None:
    address = reply_to(data)
    assert address is not None
    assert address.startswith("support+gd-1-")
    assert IDS.ticket_of_address(address) == "GD-1"


@pytest.mark.parametrize(
    ("spec", "taken"),
    [
        ({}, False),
        ({"plus_addresses": True}, True),
        (BY_OAUTH, True),
        (BY_OAUTH | {"plus_addresses": False}, False),
        ({"aliases": [ADDRESS.upper()], "from": "other@example.com"}, False),
    ],
)
def test_a_mailbox_says_whether_such_addresses_reach_it(spec: dict[str, object], taken: bool) -> None:
    assert (reply_to(opened(), mailbox(spec)) is not None) is taken


@pytest.mark.parametrize("taken", [True, False])
def test_a_workspace_says_so_of_an_address_that_has_no_mailbox(taken: bool) -> None:
    workspace = definition("Workspace", "support", address="help@example.com", plus_addresses=taken)
    address = reply_to(opened(), workspace, mailbox({"plus_addresses": True}))
    assert (address or "").startswith("help+gd-1-") is taken


def test_an_address_that_would_be_too_long_is_left_out() -> None:
    assert reply_to(opened(), definition("Workspace", "support", address="h" * 60 + "@example.com")) is None
