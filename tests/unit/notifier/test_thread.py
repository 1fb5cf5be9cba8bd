"""The chain of Message-IDs that keeps a ticket's mails together."""

from gongdan.notifier.domain.thread import LONGEST_CHAIN, Thread, remember
from gongdan.shared.contracts.messages import MailIds
from tests.unit.notifier.given import IDS, TICKET, opened, replied, warned

EMPTY = Thread(TICKET)
OURS = IDS.make("GD-1", "0" * 32)


def mail(name: str, *references: str) -> MailIds:
    """The ids of a mail."""
    return MailIds(message_id=name, references=references)


def test_the_chain_begins_with_what_the_first_mail_refers_to() -> None:
    assert remember(EMPTY, opened(mail=mail("c@x", "a@x", "b@x"))).chain == ("a@x", "b@x", "c@x")


def test_in_reply_to_stands_in_for_missing_references() -> None:
    answer = MailIds(message_id="b@x", in_reply_to="a@x")
    assert remember(EMPTY, opened(mail=answer)).chain == ("a@x", "b@x")


def test_a_mail_that_is_told_twice_is_remembered_once() -> None:
    once = remember(EMPTY, opened(mail=mail("a@x")))
    assert remember(once, replied(direction="in", mail=mail("a@x"))).chain == ("a@x",)


def test_ids_of_internal_notes_stay_internal() -> None:
    note = replied(direction="in", visibility="internal", mail=mail("secret@x"))
    assert remember(EMPTY, note).chain == ()


def test_a_long_chain_keeps_its_first_and_its_newest() -> None:
    thread = EMPTY.with_ids(f"{nth}@x" for nth in range(50))
    assert len(thread.chain) == LONGEST_CHAIN
    assert (thread.chain[0], thread.chain[1], thread.chain[-1]) == ("0@x", "31@x", "49@x")


def test_what_is_no_message_id_is_left_out() -> None:
    assert EMPTY.with_ids(["a b", "a\r\nX: y", "<a@x>", "ä@x", "", "x" * 300, "ok@x"]).chain == ("ok@x",)


def test_an_answer_answers_their_newest_mail_even_when_ours_is_newer() -> None:
    assert EMPTY.with_ids(["a@x", "b@x", OURS]).answers(IDS) == "b@x"


def test_without_a_mail_of_theirs_it_answers_ours_and_else_nothing() -> None:
    assert (EMPTY.with_ids([OURS]).answers(IDS), EMPTY.answers(IDS)) == (OURS, None)


def test_a_ticket_event_brings_the_subject_and_a_clock_event_brings_nothing() -> None:
    assert remember(EMPTY, opened()).subject == "The printer is on fire"
    assert remember(EMPTY, warned()) == EMPTY
