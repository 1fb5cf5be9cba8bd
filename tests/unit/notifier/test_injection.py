"""What can never get into a mail, whatever people write; and what always arrives as it was."""

import re
from email import message_from_bytes

from hypothesis import given
from hypothesis import strategies as st

from gongdan.notifier.domain.message import build
from gongdan.shared.contracts.messages import Attachment
from tests.unit.notifier.mails import mail, read

nasty = st.text(st.sampled_from('a\r\n\x00\x0b\x1c\x85\u2028 :<>"\\=?,;é你😀') | st.characters(), max_size=300)


@given(subject=nasty, name=nasty, text=nasty, file=nasty, kind=nasty)
def test_nothing_that_people_write_can_add_a_header(subject: str, name: str, text: str, file: str, kind: str) -> None:
    attachment = Attachment(name=file, content_type=kind, size=1, sha256="0" * 64)
    given_mail = mail(subject=subject, to_name=name, text=text, attachments=(attachment,))
    names = [key.lower() for key in message_from_bytes(build(given_mail, [b"x"]))]
    assert names == [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "x-gongdan-loop",
        "content-language",
        "mime-version",
        "content-type",
    ]


@given(subject=nasty, name=nasty, text=nasty)
def test_every_line_is_ascii_ends_properly_and_is_short_enough(subject: str, name: str, text: str) -> None:
    wire = build(mail(subject=subject, to_name=name, text=text), [])
    assert wire.isascii()
    assert re.search(rb"\r(?!\n)|(?<!\r)\n", wire) is None
    assert max(map(len, wire.split(b"\r\n"))) <= 998


@given(subject=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=200))
def test_a_subject_arrives_as_it_was(subject: str) -> None:
    assert read(mail(subject=subject))["Subject"] == subject


@given(name=st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=10))
def test_a_display_name_arrives_as_it_was_and_the_address_with_it(name: str) -> None:
    (address,) = read(mail(to_name=name))["To"].addresses
    assert (address.display_name, address.addr_spec) == (name, "customer@example.com")


@given(text=st.text(st.characters(exclude_categories=["C"]), max_size=3000))
def test_a_text_arrives_as_it_was(text: str) -> None:
    assert read(mail(text=text)).get_content().replace("\r\n", "\n") == text + "\n"
