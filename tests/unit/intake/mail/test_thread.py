"""How a mail names the ticket that it belongs to: by what only we could have signed before what anybody can write."""

import pytest

from gongdan.shared.mail_ids import OwnMailIds
from tests.unit.intake.mail.mails import INBOX, OWN, mail, message_of

ADDRESS = OWN.address("GD-17", INBOX.address)
MAIL_ID = OWN.make("GD-18", "ab" * 8)


def test_an_address_of_a_ticket_leads_back_to_it_whatever_became_of_its_case() -> None:
    assert ADDRESS.startswith("support+gd-17-")
    assert OWN.ticket_of_address(ADDRESS) == "GD-17"
    assert OWN.ticket_of_address(ADDRESS.upper()) == "GD-17"


@pytest.mark.parametrize(
    "address",
    [
        ADDRESS.replace("gd-17", "gd-18"),
        OwnMailIds(b"another key", "gongdan.example").address("GD-17", INBOX.address),
        "support+gd-17@gongdan.example",
        "support+news@gongdan.example",
        "support@gongdan.example",
        "",
    ],
)
def test_an_address_that_we_did_not_sign_leads_nowhere(address: str) -> None:
    assert OWN.ticket_of_address(address) is None


@pytest.mark.parametrize("field", ["To", "Cc", "Delivered_To", "X_Original_To", "Envelope_To"])
def test_a_mail_to_the_address_of_a_ticket_belongs_to_it(field: str) -> None:
    message = message_of(mail(**{field: f"Support <{ADDRESS}>"}))
    assert message.thread.ticket_number == "GD-17"
    assert message.conversation_key == "GD-17"


def test_the_address_counts_before_ids_and_ids_before_the_subject() -> None:
    fields = {"In_Reply_To": f"<{MAIL_ID}>", "Subject": "Re: Pump [GD-19]", "References": "<other@example.com>"}
    assert message_of(mail(**fields, To=ADDRESS)).thread.ticket_number == "GD-17"
    thread = message_of(mail(**fields, To=INBOX.address)).thread
    assert (thread.ticket_number, thread.foreign_ids, thread.subject_token) == (
        "GD-18",
        ("other@example.com",),
        "GD-19",
    )
