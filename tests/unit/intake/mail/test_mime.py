"""Parts of mails: what is read, what is a file, what is left of broken ones."""

from email.message import EmailMessage

import pytest

from gongdan.intake.domain.mail import content, mime, readable
from gongdan.intake.domain.mail.content import Content
from gongdan.intake.domain.mail.files import File
from gongdan.intake.domain.mail.mime import Limits


def read(raw: bytes) -> Content:
    return content.read(mime.parse(raw))


def multipart(*parts: bytes, kind: bytes = b"mixed", end: bytes = b"--b--\r\n") -> bytes:
    lines = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"From: a@example.com\r\nContent-Type: multipart/" + kind + b"; boundary=b\r\n\r\npreamble\r\n" + lines + end


PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nHello"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hello <b>there</b></p>"
IMAGE = (
    b"Content-Type: image/png\r\nContent-ID: <logo@example.com>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw=="
)


def test_of_two_forms_the_plain_one_is_the_text_and_the_other_the_page() -> None:
    found = read(multipart(PLAIN, HTML, kind=b"alternative"))
    assert (found.text, found.html, found.files) == ("Hello", "<p>Hello <b>there</b></p>", ())


def test_a_page_alone_is_made_readable() -> None:
    assert read(multipart(HTML)).text == "Hello there"


def test_an_image_without_disposition_is_kept_and_is_inline_when_the_page_shows_it() -> None:
    page = b'Content-Type: text/html\r\n\r\n<img src="cid:logo@example.com">'
    shown = read(multipart(page, IMAGE, kind=b"related")).files[0]
    assert (shown.content_id, shown.inline, shown.content) == ("logo@example.com", True, b"\x89PNG")


def test_the_part_that_a_set_names_as_its_first_is_read_wherever_it_stands() -> None:
    page = b'Content-Type: text/html\r\nContent-ID: <root>\r\n\r\n<img src="cid:logo@example.com">Hello'
    found = read(multipart(IMAGE, page, kind=b'related; start="<root>"'))
    assert found.text == "Hello"
    assert found.files[0].inline


def test_empty_lines_before_the_header_are_none_of_the_body() -> None:
    assert mime.parse(b"\r\n\nSubject: Pump\r\n\r\nHello").headers.text("subject") == "Pump"
    assert read(b"\r\nHello\r\n").text == "Hello"


def test_an_image_with_a_content_id_that_nothing_shows_is_an_attachment() -> None:
    kept = read(multipart(PLAIN, IMAGE)).files[0]
    assert (kept.name, kept.inline) == ("image-1.png", False)


def test_a_source_without_the_cid_scheme_counts_as_shown() -> None:
    page = b'Content-Type: text/html\r\n\r\n<img src="logo@example.com">'
    assert read(multipart(page, IMAGE)).files[0].inline


def test_a_forwarded_mail_is_a_file_named_by_its_subject() -> None:
    forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: Old / trouble\r\n\r\nbody"
    file = read(multipart(PLAIN, forwarded)).files[0]
    assert (file.name, file.content) == ("Old _ trouble.eml", b"Subject: Old / trouble\r\n\r\nbody")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue", "one\n\ntwo"),
        (b"--b  \r\n\r\none\r\n--b--\t\r\n", "one"),
        (b"--b\n\none\n--b--", "one"),
        (b"--b\r\n\r\none--b--\r\n", "one"),
        (b"--b\r\n\r\none\r\n--bb\r\ntwo\r\n--b--", "one\n--bb\ntwo"),
        (b"--b\r\nno header, no empty line\r\n--b--", "no header, no empty line"),
        (b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\none\r\n--b\r\n\r\ntwo", "one\n\ntwo"),
        (
            b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n\r\n--b\r\n\r\ntwo",
            "one\n\ntwo",
        ),
        (b"--b\r\nContent-Type: multipart/mixed; boundary=b--\r\n\r\n--b--\r\n\r\none\r\n--b----\r\n--b--", "one"),
    ],
)
def test_boundaries_are_found_where_senders_put_them(body: bytes, texts: str) -> None:
    raw = b"From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    assert read(raw + body).text == texts


def test_a_header_that_runs_into_that_of_its_first_part_loses_neither_part() -> None:
    raw = b"Content-Type: multipart/alternative; boundary=b\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--b\r\n"
    found = read(raw + b"Content-Type: text/html\r\n\r\n<p>second</p>\r\n--b--")
    assert (found.text, found.html) == ("first", "<p>second</p>")


def test_a_text_with_a_name_is_read_where_it_stands_first_and_saved_where_it_does_not() -> None:
    named = b"Content-Type: text/plain; name=notes.txt\r\n\r\nnotes"
    assert read(multipart(named, PLAIN)).text == "notes\n\nHello"
    assert [file.name for file in read(multipart(PLAIN, named)).files] == ["notes.txt"]


def test_a_page_beside_a_text_is_read_after_it() -> None:
    found = read(multipart(PLAIN, HTML))
    assert found.text == "Hello\n\nHello there"
    assert found.html == "<pre>Hello</pre>\n<p>Hello <b>there</b></p>"


def test_an_invitation_is_a_file_and_the_text_beside_it_is_read() -> None:
    invitation = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"
    found = read(multipart(PLAIN, invitation, kind=b"alternative"))
    assert (found.text, [file.name for file in found.files]) == ("Hello", ["text-1.ics"])


def test_line_ends_of_all_kinds_are_read() -> None:
    assert read(b"From: a@example.com\rSubject: x\r\rHello").text == "Hello"
    assert read(b"Content-Type: text/plain\r\r\n\r\r\nHello").text == "Hello"


def test_a_mail_without_its_last_boundary_keeps_its_last_part() -> None:
    assert read(multipart(PLAIN, IMAGE, end=b"")).files[0].content == b"\x89PNG"


def test_a_multipart_that_does_not_name_its_boundary_is_still_taken_apart() -> None:
    raw = multipart(PLAIN, IMAGE).replace(b"; boundary=b", b"")
    assert [file.content for file in read(raw).files] == [b"\x89PNG"]


def test_a_multipart_without_any_boundary_is_text() -> None:
    assert read(b"Content-Type: multipart/mixed; boundary=x\r\n\r\nonly words").text == "only words"


def test_an_encoded_word_may_stand_for_a_content_type() -> None:
    assert read(b"Content-Type: =?utf-8?q?text/html=3B_charset=3Dutf-8?=\r\n\r\n<p>x</p>").html == "<p>x</p>"


def test_a_page_may_name_its_character_set_itself() -> None:
    page = '<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>工单</p>'.encode("gb18030")
    assert read(b"Content-Type: text/html\r\n\r\n" + page).text == "工单"


@pytest.mark.parametrize(
    ("encoding", "body", "result"),
    [
        (b"base64", b"SGVs\r\nbG8=", b"Hello"),
        (b"base64", b"SGVsbG8", b"Hello"),
        (b"base64", b"SGVs*bG8=\r\nSGVsbG8=", b"HelloHello"),
        (b"quoted-printable", b"a=\r\nb=3Dc=zz", b"ab=c=zz"),
        (b"x-uuencode", b"begin 644 a.txt\n%2&5L;&\\\n`\nend\n", b"Hello"),
        (b"8bit", b"as it is", b"as it is"),
        (b"made-up", b"as it is", b"as it is"),
    ],
)
def test_transfer_encodings_are_read_leniently(encoding: bytes, body: bytes, result: bytes) -> None:
    part = b"Content-Type: application/x-thing\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body
    assert read(multipart(part)).files[0].content == result


def test_the_page_is_safe_to_show() -> None:
    page = b'<script>alert(1)</script><p onclick="x()">Hi<a href="javascript:x()">l</a><img src="file:a"></p>'
    found = read(b"Content-Type: text/html\r\n\r\n" + page)
    assert found.html == '<p>Hi<a rel="noopener noreferrer">l</a><img></p>'


def test_an_image_written_into_the_page_is_a_file_that_the_page_shows() -> None:
    found = read(b"Content-Type: text/html\r\n\r\n<p>see</p><img src='data:image/png;base64,iVBORw=='>")
    assert [(file.name, file.content_type, file.content, file.inline) for file in found.files] == [
        ("embedded-1.png", "image/png", b"\x89PNG", True)
    ]
    assert found.html == f'<p>see</p><img src="/v1/attachments/{found.files[0].sha256}">'


def test_a_page_too_large_for_a_record_is_a_file_and_its_text_is_still_read() -> None:
    page = b"<p>word</p>" * 30_000
    found = read(b"Content-Type: text/html\r\n\r\n" + page)
    assert (found.html, found.files) == (None, (File("message.html", "text/html", page),))
    assert found.text.startswith("word\n\nword")
    assert found.cut
    assert len(found.text.encode()) <= content.LONGEST_TEXT + 10


def test_a_page_of_more_elements_than_anybody_reads_is_cut_and_says_so() -> None:
    found = read(b"Content-Type: text/html\r\n\r\n" + b"<p>x" * (readable.MOST + 1))
    assert found.cut
    assert found.text.endswith(readable.CUT)


def test_parts_beyond_the_limits_are_counted_out_and_named() -> None:
    many = mime.parse(multipart(*[PLAIN] * 5), Limits(parts=3))
    assert (len(many.parts), many.cut) == (3, ("there are more than 3 parts",))


def nested(depth: int) -> bytes:
    raw = b"Content-Type: text/plain\r\n\r\nhidden"
    for level in range(depth):
        mark = b"m%d" % level
        raw = b"Content-Type: multipart/mixed; boundary=" + mark + b"\r\n\r\n--" + mark + b"\r\n" + raw
    return b"From: a@example.com\r\n" + raw


def test_endless_nesting_ends_at_the_limit() -> None:
    found = mime.parse(nested(2_000))
    assert (found.parts, found.cut) == ((), ("parts are nested deeper than 20",))


@pytest.mark.timeout(60)
def test_hostile_mails_are_read_in_linear_time() -> None:
    """The limit is far away: linear time takes seconds, quadratic time would take hours."""
    hostile = {
        "boundaries": b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"\n---" * 1_000_000,
        "words": b"Subject: " + b"=?a?q?" * 300_000 + b"\r\n\r\n",
        "quotes": b"To: " + b'"\\' * 300_000 + b"\r\n\r\n",
        "semicolons": b"Content-Type: text/plain" + b"; a=" * 300_000 + b"\r\n\r\n",
        "base64": b"Content-Transfer-Encoding: base64\r\n\r\n" + b"A=" * 1_000_000,
        "tags": b"Content-Type: text/html\r\n\r\n" + b"<div><b>" * 200_000,
        "fields": b"a:b\r\n" * 300_000 + b"\r\n",
    }
    for name, raw in hostile.items():
        assert read(b"From: a@example.com\r\n" + raw).text is not None, name


def test_it_reads_what_the_standard_library_writes() -> None:
    written = EmailMessage()
    written["From"] = "张三 <z@example.com>"
    written["Subject"] = "工单" * 40
    written.set_content("正文\n" * 3)
    written.add_alternative("<p>正文</p>", subtype="html")
    written.add_attachment(b"data", maintype="application", subtype="pdf", filename="报价单" * 20 + ".pdf")
    found = mime.parse(written.as_bytes())
    assert found.headers.text("subject") == "工单" * 40
    assert found.headers.addresses("from")[0].name == "张三"
    assert [part.name for part in found.parts if part.name] == ["报价单" * 20 + ".pdf"]
    assert content.read(found).text == "正文\n正文\n正文"
