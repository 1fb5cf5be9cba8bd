"""Which inbox an address means, and how much of a mailbox is read at a time."""

from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.mail.inboxes import directory_of
from gongdan.intake.domain.mail.mailbox import BATCH, BATCH_BYTES, Cursor, Listed, batches, newer
from gongdan.intake.domain.mail.message import Inbox
from gongdan.shared.definitions.catalog import catalog_of
from gongdan.shared.definitions.registry import check

CATALOG = catalog_of(
    1,
    [
        check({"kind": "Workspace", "metadata": {"name": "sales"}, "spec": {"address": "Sales@example.com"}}),
        check(
            {
                "kind": "Mailbox",
                "metadata": {"name": "help"},
                "spec": {
                    "host": "h",
                    "user": "u",
                    "auth": {"secretRef": "env:X"},
                    "from": "help@example.com",
                    "workspace": "it",
                    "aliases": ["Hilfe@example.com", "sales@example.com"],
                },
            }
        ),
    ],
)
DIRECTORY = directory_of(CATALOG, ["*@gongdan.example"])
SALES, HELP = Inbox("sales@example.com", "sales"), Inbox("help@example.com", "it")


def test_addresses_of_workspaces_and_mailboxes_are_known_whatever_their_case_or_tag() -> None:
    assert DIRECTORY.find("SALES+abc@Example.com") == SALES
    assert DIRECTORY.find("<help@example.com>") == HELP
    assert DIRECTORY.addresses == {"sales@example.com", "help@example.com", "hilfe@example.com"}


def test_an_alias_leads_to_its_mailbox_unless_it_is_somebodys_own_address() -> None:
    assert DIRECTORY.find("hilfe@example.com") == HELP
    assert DIRECTORY.find("sales@example.com") == SALES


def test_an_address_that_fits_a_pattern_belongs_to_the_support_workspace() -> None:
    assert DIRECTORY.find("anybody@gongdan.example") == Inbox("anybody@gongdan.example", "support")


def test_a_strangers_address_is_nobodys() -> None:
    assert DIRECTORY.find("someone@example.com") is None
    assert DIRECTORY.find("") is None


def test_one_mail_is_for_each_known_inbox_once() -> None:
    recipients = ["help@example.com", "sales@example.com", "help+1@example.com", "x@gongdan.example"]
    assert DIRECTORY.inboxes(recipients) == (HELP, SALES)


def test_addresses_taken_by_pattern_are_one_inbox_together() -> None:
    assert DIRECTORY.inboxes(["a@gongdan.example", "b@gongdan.example"]) == (Inbox("a@gongdan.example", "support"),)


def test_a_server_that_answers_with_its_last_mail_tells_nothing_new() -> None:
    assert newer([5], Cursor(1, last_uid=6)) == []
    assert newer([9, 7, 8, 7], Cursor(1, last_uid=7)) == [8, 9]


def test_a_cursor_of_other_numbers_starts_at_the_beginning() -> None:
    assert Cursor(1, 50).at(1) == Cursor(1, 50)
    assert Cursor(1, 50).at(2) == Cursor(2, 0)


@given(st.lists(st.integers(0, 2 * BATCH_BYTES), max_size=100))
def test_batches_keep_order_and_bounds(sizes: list[int]) -> None:
    mails = [Listed(uid, size, None) for uid, size in enumerate(sizes)]
    found = list(batches(mails))
    assert [mail for batch in found for mail in batch] == mails
    assert all(len(batch) == 1 or sum(mail.size for mail in batch) <= BATCH_BYTES for batch in found)
    assert all(1 <= len(batch) <= BATCH for batch in found)
