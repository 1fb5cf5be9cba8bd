"""The mails themselves: words, headers, and what can never get into them."""

import re

import pytest

from gongdan.notifier.domain.language import language_of
from gongdan.notifier.domain.message import Mail, build
from gongdan.notifier.domain.render import parse, plain_subject
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.base import Contract
from gongdan.shared.contracts.messages import Attachment, Person
from tests.unit.notifier.given import (
    AGENT,
    IDS,
    ROUTER,
    TICKET,
    assigned,
    breached,
    delivery,
    opened,
    replied,
    warned,
)
from tests.unit.notifier.mails import mail, read

PURPOSES = [opened(), replied(), assigned(), warned(), breached()]


def mail_of(data: Contract, thread: Thread | None = None, locale: str = "en") -> Mail:
    """The mail about it."""
    actor = AGENT if data == replied() else ROUTER
    return Mail.model_validate_json(delivery(data, thread, locale=locale, actor=actor).content)


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("data", PURPOSES)
def test_every_mail_names_its_ticket_in_the_subject_and_fills_all_its_places(data: Contract, locale: str) -> None:
    message = read(mail_of(data, Thread(TICKET, "急" if locale == "zh" else "Hi"), locale))
    body = message.get_content()
    assert "[GD-1-4]" in message["Subject"]
    assert "$" not in body + message["Subject"]
    assert bool(re.search(r"[\u4e00-\u9fff]", body)) is (locale == "zh")


def test_an_agent_is_led_to_the_ticket_on_the_page() -> None:
    assert "https://gongdan.example/#/GD-1" in read(mail_of(assigned())).get_content().splitlines()


def test_the_acknowledgement_cannot_start_a_loop() -> None:
    message = read(mail_of(opened()))
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Precedence"] == "bulk"
    assert message["X-Gongdan-Loop"] == IDS.mark


def test_an_agents_answer_is_a_persons_mail_and_still_carries_our_mark() -> None:
    message = read(mail_of(replied()))
    assert message["Auto-Submitted"] is None
    assert message["Precedence"] is None
    assert message["X-Gongdan-Loop"] == IDS.mark
    assert message.get_content().splitlines()[:3] == ["Please unplug it.", "", "-- "]


@pytest.mark.parametrize("data", [assigned(), warned(), breached()])
def test_notices_to_agents_say_that_a_machine_wrote_them(data: Contract) -> None:
    assert read(mail_of(data))["Auto-Submitted"] == "auto-generated"


def test_every_mail_has_an_id_of_ours_that_is_the_same_each_time_it_is_made() -> None:
    first, again = read(mail_of(opened())), read(mail_of(opened()))
    assert first["Message-ID"] == again["Message-ID"]
    assert IDS.ticket_of(first["Message-ID"].strip("<>")) == "GD-1"
    assert build(mail_of(opened()), []) == build(mail_of(opened()), [])


def test_an_answer_goes_into_the_customers_thread() -> None:
    thread = Thread(TICKET, "Printer", ("first@x", "second@x", IDS.make("GD-1", "1" * 32)))
    message = read(mail_of(replied(), thread))
    assert message["In-Reply-To"] == "<second@x>"
    assert message["References"].split() == [f"<{one}>" for one in thread.chain]


def test_agents_have_a_thread_of_their_own_that_proves_the_ticket() -> None:
    thread = Thread(TICKET, "Printer", ("first@x",))
    roots = {read(mail_of(data, thread))["References"] for data in (assigned(), warned(), breached())}
    (root,) = roots
    assert IDS.ticket_of(root.strip("<>")) == "GD-1"


def test_files_arrive_as_they_were_with_their_names() -> None:
    files = (b"\x00\x01binary", "文字".encode())
    attachments = (
        Attachment(name="a b.bin", content_type="application/x-y; charset=z", size=8, sha256="0" * 64),
        Attachment(name="说明\r\n.txt", content_type="no type", size=6, sha256="1" * 64),
    )
    found = list(read(mail(attachments=attachments), *files).iter_attachments())
    assert [one.get_filename() for one in found] == ["a b.bin", "说明 .txt"]
    assert [one.get_content_type() for one in found] == ["application/x-y", "application/octet-stream"]
    assert tuple(one.get_content() for one in found) == files


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Re: AW: Fwd: Printer", "Printer"),
        ("回复：转发: 打印机", "打印机"),
        ("Re[2]: [GD-1] Printer", "Printer"),
        ("回复: [GD-1-4] Re: Printer", "Printer"),
        ("[GD-2] other", "[GD-2] other"),
        ("", "(no subject)"),
        ("Re:", "(no subject)"),
        ("x" * 999, "x" * 200),
    ],
)
def test_the_subject_after_our_token_is_the_bare_one(subject: str, expected: str) -> None:
    assert plain_subject(subject, "GD-1", "en") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("打印机坏了", "zh"),
        ("VPN 连不上", "zh"),
        ("the printer is broken", "en"),
        ("Invoice missing", "en"),
        ("VPN", None),
        ("PO 12345", None),
        ("プリンタが壊れた 助けて", None),
        ("프린터 고장", None),
        ("", None),
    ],
)
def test_a_language_is_told_from_a_few_words_or_not_at_all(text: str, expected: str | None) -> None:
    assert language_of(text) == expected


def test_customers_are_answered_in_their_language_and_agents_in_the_workspaces() -> None:
    chinese = Thread(TICKET, "打印机坏了")
    assert [mail_of(data, chinese).language for data in (opened(), replied(), assigned())] == ["zh", "zh", "en"]
    assert mail_of(opened(), Thread(TICKET, "VPN"), locale="zh").language == "zh"


def test_what_people_write_is_never_read_as_a_template() -> None:
    assert "$url" in read(mail_of(replied(text="price: $url"))).get_content()


def test_a_template_without_its_empty_line_is_refused() -> None:
    with pytest.raises(ValueError, match="empty line"):
        parse("Subject\nText")


def test_an_acknowledgement_is_addressed_by_name_when_there_is_one() -> None:
    named = opened(ticket={"requester": Person(name="李 “客户”", email="customer@example.com")})
    (address,) = read(mail_of(named))["To"].addresses
    assert address.display_name == "李 “客户”"
