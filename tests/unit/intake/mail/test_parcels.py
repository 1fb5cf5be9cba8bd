"""`winmail.dat`: what Outlook packed into one part is read as if it had come in parts."""

import struct

import compressed_rtf
from hypothesis import given
from hypothesis import strategies as st

from gongdan.intake.domain.mail import content, mime, tnef
from gongdan.intake.domain.mail.content import Content
from tests.unit.intake.mail.parcels import BINARY, MESSAGE, NUMBER, OBJECT, UNICODE, attribute, file, parcel, properties

PAGE = "<p>Die Pumpe fällt aus</p>"
WITH_FILES = parcel(file("Übersicht.txt", b"one"), file("../logo.png", b"two", "logo@example.com"))


def read(packed: bytes, text: bytes = b"") -> Content:
    top = b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    body = b"--b\r\nContent-Type: text/plain\r\n\r\n" + text + b"\r\n" if text else b""
    head = b"--b\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: binary\r\n\r\n"
    return content.read(mime.parse(top + body + head + packed + b"\r\n--b--\r\n"))


def test_files_come_out_under_their_long_and_safe_names() -> None:
    found = read(WITH_FILES, b"see files")
    assert found.text == "see files"
    assert [(each.name, each.content, each.content_id) for each in found.files] == [
        ("Übersicht.txt", b"one", None),
        ("logo.png", b"two", "logo@example.com"),
    ]


def test_a_page_in_it_is_the_page_and_shows_its_images() -> None:
    page = (PAGE + '<img src="cid:logo@example.com">').encode("utf-8")
    told = properties((0x3FDE, NUMBER, struct.pack("<I", 65001)), (0x1013, BINARY, page))
    found = read(parcel(attribute(MESSAGE, 0x9003, told), file("logo.png", b"two", "logo@example.com")))
    assert found.text == "Die Pumpe fällt aus"
    assert found.html is not None
    assert f'src="/v1/attachments/{found.files[0].sha256}"' in found.html
    assert found.files[0].inline


def test_a_text_in_it_is_read_where_the_mail_has_none() -> None:
    told = properties((0x1000, UNICODE, "工单\0".encode("utf-16-le")))
    packed = parcel(attribute(MESSAGE, 0x9003, told))
    assert read(packed).text == "工单"
    assert read(packed, b"the mail's own").text == "the mail's own"
    assert read(parcel(attribute(MESSAGE, 0x800C, "fällt aus\0".encode("cp1252")))).text == "fällt aus"


def test_rich_text_is_read_where_there_is_nothing_else() -> None:
    rich = compressed_rtf.compress(rb"{\rtf1\ansi\ansicpg1252 Die Pumpe f\'e4llt aus\par heute}")
    told = properties((0x1009, BINARY, rich))
    assert read(parcel(attribute(MESSAGE, 0x9003, told))).text == "Die Pumpe fällt aus\nheute"


def test_a_mail_in_it_is_a_file_and_its_files_come_after_it() -> None:
    inner = parcel(attribute(MESSAGE, 0x800C, b"inner text\0"), file("deep.txt", b"deep"))
    outer = attribute(2, 0x9002, b"\0" * 14) + attribute(
        2, 0x9005, properties((0x3001, UNICODE, "Old mail".encode("utf-16-le")), (0x3701, OBJECT, b"\0" * 16 + inner))
    )
    assert [(each.name, each.content) for each in read(parcel(outer)).files] == [
        ("Old mail.txt", b"inner text"),
        ("deep.txt", b"deep"),
    ]


def test_what_is_no_parcel_stays_a_file() -> None:
    assert [each.name for each in read(b"nothing of the kind").files] == ["winmail.dat"]
    assert [each.name for each in read(parcel()).files] == ["winmail.dat"]


@given(st.integers(0, len(WITH_FILES)), st.binary(max_size=8))
def test_a_broken_parcel_gives_what_is_left_of_it(at: int, instead: bytes) -> None:
    broken = WITH_FILES[:at] + instead + WITH_FILES[at + len(instead) :]
    assert read(broken).text == ""
    tnef.unpack(WITH_FILES[:at])
