"""Header fields: character sets, encoded words, addresses, parameters. Each case made a mail unreadable somewhere."""

import base64

import pytest

from gongdan.intake.domain.mail import charsets, encoded, headers, parameters
from gongdan.intake.domain.mail.addresses import Address, addresses

CUT_INSIDE_A_CHARACTER = b" ".join(
    b"=?gb18030?B?" + base64.b64encode(piece) + b"?="
    for piece in ("工单系统测试".encode("gb18030")[:5], "工单系统测试".encode("gb18030")[5:])
)


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("镕基, 喆".encode("gbk"), "gb2312", "镕基, 喆"),
        ("かな".encode("gb18030"), "gb2312", "かな"),
        ("€ and “quotes”".encode("cp1252"), "iso-8859-1", "€ and “quotes”"),
        ("Xin chào".encode("cp1258"), "windows-1258", "Xin chào"),
        ("こんにちは".encode("iso2022_jp"), "ISO-2022-JP", "こんにちは"),
        ("繁體中文".encode("big5"), "x-big5", "繁體中文"),
        ("한국어".encode("cp949"), "ks_c_5601-1987", "한국어"),
        ("plain", "no-such-charset", "plain"),
        ("grüße", "no-such-charset", "grüße"),
        ("这是没有标明字符集的邮件正文".encode("gb18030"), "no-such-charset", "这是没有标明字符集的邮件正文"),
        ("Grüße aus Köln".encode("latin-1"), "us-ascii", "Grüße aus Köln"),
        ("\ufeffwith a mark", "utf-8", "with a mark"),
        (b"a\x00b\r\nc\rd", "utf-8", "ab\nc\nd"),
        ("水泵停止运转".encode(), "gb2312", "水泵停止运转"),
        ("停了。".encode("gbk"), "gb2312", "停了。"),
        ("Tiê\u0301ng Viê\u0323t".encode("cp1258"), "windows-1258", "Tiếng Việt"),
        ("水泵".encode()[:-1], "utf-8", "水\ufffd"),
        (b"text", "punycode", "text"),
        (b"text", "base64", "text"),
    ],
)
def test_text_is_read_as_its_sender_meant_it(raw: bytes | str, label: str, text: str) -> None:
    content = raw.encode() if isinstance(raw, str) else raw
    assert charsets.decode(content, label) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"plain words", "plain words"),
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?5bel5Y2V?= =?utf-8?Q?_GD-1?=", "工单 GD-1"),
        (b"before =?utf-8?q?caf=C3=A9?= after", "before café after"),
        (b"=?utf-8?q?a?=\t=?utf-8?q?b?=", "ab"),
        (CUT_INSIDE_A_CHARACTER, "工单系统测试"),
        (b"=?utf-8?B?5bel5Y?= =?utf-8?B?2V?=", "工单"),
        (b"=?gb2312?B?" + base64.b64encode("朱镕基".encode("gbk")) + b"?=", "朱镕基"),
        (b"=?utf-8*en?q?language?=", "language"),
        (b"=?utf-8?q?spaces inside?=", "spaces inside"),
        (b"=?utf-8?B?!!!?=", ""),
        (b"=?unfinished?q?", "=?unfinished?q?"),
        ("直接写的中文".encode(), "直接写的中文"),
        (b"folded\r\n  twice", "folded twice"),
    ],
)
def test_header_values_are_one_line_of_text(raw: bytes, text: str) -> None:
    assert encoded.text_of(raw) == text


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"Customer <A@Example.com>", [("Customer", "a@example.com")]),
        (b"a@example.com (A Customer)", [("A Customer", "a@example.com")]),
        (b"<A.Customer+1@Example.com.>", [("", "a.customer+1@example.com")]),
        (b" 'A  Customer'  <a@example.com>", [("A Customer", "a@example.com")]),
        (b'"Last, First" <a@example.com>, b@example.com', [("Last, First", "a@example.com"), ("", "b@example.com")]),
        (b'"a \\"quoted\\" word" <a@example.com>', [('a "quoted" word', "a@example.com")]),
        (b"=?utf-8?b?5byg5LiJ?= <z@example.com>", [("张三", "z@example.com")]),
        (b'"=?utf-8?b?5byg5LiJ?=" <z@example.com>', [("张三", "z@example.com")]),
        (b"Team: a@example.com, b@example.com;", [("", "a@example.com"), ("", "b@example.com")]),
        (b"undisclosed-recipients:;", []),
        (b"a@example.com; b@example.com", [("", "a@example.com"), ("", "b@example.com")]),
        (b"<mailto:a@example.com>", [("", "a@example.com")]),
        (b"a@example.com <a@example.com>", [("a@example.com", "a@example.com")]),
        (b"A <@relay.example.com:a@example.com>", [("A", "a@example.com")]),
        (b"=?utf-8?q?A_Customer_=3Ca=40example=2Ecom=3E?=", [("A Customer", "a@example.com")]),
        (b"'a@example.com'", [("", "a@example.com")]),
        (b"A Customer a@example.com", [("A Customer", "a@example.com")]),
        (b"A <a @ example.com>", [("A", "a@example.com")]),
        (b"A <a@example.com> =?utf-8?q?=2C?= b@example.com", [("A", "a@example.com"), ("", "b@example.com")]),
        (b'"never closed <a@example.com>', [("never closed", "a@example.com")]),
        (b"Name Only", [("Name Only", "")]),
        (b"J\xfcrgen <j@example.com>", [("Jürgen", "j@example.com")]),
        (b"\x00\x01\xff <b@example.com>", [("ÿ", "b@example.com")]),
        (b"<>", []),
        (b"A (b (c) d) <a@example.com>", [("A", "a@example.com")]),
        (b'"a b"@example.com', [("", '"a b"@example.com')]),
        (b"A <a@example.com> B <b@example.com>", [("A", "a@example.com"), ("B", "b@example.com")]),
        (b"<a@example.com> <b@example.com> (B)", [("", "a@example.com"), ("B", "b@example.com")]),
        (b"A <<a@example.com>>", [("A", "a@example.com")]),
        (b"A <a(at home)@example.com(his)>", [("A", "a@example.com")]),
        (b"a . b @ example  . com", [("", "a.b@example.com")]),
        (b"a@[IPv6:2001:db8::1], b@example.com", [("", "a@[ipv6:2001:db8::1]"), ("", "b@example.com")]),
        (b"Mr. A a@example.com", [("Mr. A", "a@example.com")]),
        (b"\"'A' via Support\" <a@example.com.>", [("'A' via Support", "a@example.com")]),
    ],
)
def test_addresses_are_read_leniently(raw: bytes, found: list[tuple[str, str]]) -> None:
    assert list(addresses(raw)) == [Address(*each) for each in found]


def test_what_stands_in_an_address_s_place_is_kept() -> None:
    assert list(addresses(b"Root User <root>")) == [Address("Root User", "", "root")]


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="report.pdf"', "report.pdf"),
        (b"attachment; filename=two words.pdf", "two words.pdf"),
        (b"attachment; filename*=utf-8''%E5%B7%A5%E5%8D%95.pdf", "工单.pdf"),
        (b"attachment; filename*0*=utf-8''%E5%B7; filename*1*=%A5%E5%8D%95; filename*2=.pdf", "工单.pdf"),
        (b"attachment; filename*=us-ascii''caf%E9.txt", "café.txt"),
        (b"attachment; filename*1*=utf-8''%E5%B7%A5; filename*2=.pdf", "工.pdf"),
        (b"attachment; filename='a.pdf'", "a.pdf"),
        (b'attachment; filename="=?utf-8?B?5bel5Y2VLnBkZg==?="', "工单.pdf"),
        ('attachment; filename="工单.pdf"'.encode("gbk"), "工单.pdf"),
        (b'attachment; filename="C:\\temp\\photo.png"', "photo.png"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="..."', ""),
        (b"attachment", ""),
        (b';\r\n filename="image.png"', "image.png"),
        (b"=?utf-8?q?attachment=3B_filename=3D=22a=2Etxt=22?=", "a.txt"),
    ],
)
def test_file_names_are_found_and_made_safe(disposition: bytes, name: str) -> None:
    assert parameters.file_name(parameters.read(disposition), parameters.read(b"")) == name


@pytest.mark.parametrize(
    ("disposition", "kind", "stated", "shown"),
    [
        (b'attachment; filename="C:\\TEMP\\new.png"', b"image/png", "C:TEMPnew.png", "new.png"),
        (b'attachment; filename="C:\\\\TEMP\\\\new.png"', b"image/png", "C:\\TEMP\\new.png", "new.png"),
        (b'attachment; filename="/home/user/new.png"', b"image/png", "/home/user/new.png", "new.png"),
        (b'attachment; filename="Is it: this?.pdf"', b"application/pdf", "Is it: this?.pdf", "Is it_ this_.pdf"),
        (b';filename="new.png"', b"image/png", "", "new.png"),
        (b';filename="new.png"', b'image/png; name="old.png"', "old.png", "new.png"),
        (b"inline", b"image/png", "", ""),
    ],
)
def test_a_name_is_told_by_the_letter_and_shown_without_harm(
    disposition: bytes, kind: bytes, stated: str, shown: str
) -> None:
    read = parameters.read(disposition), parameters.read(kind)
    assert (parameters.stated_name(*read), parameters.file_name(*read)) == (stated, shown)


def test_a_long_file_name_keeps_its_extension() -> None:
    assert parameters.shortened("x" * 300 + ".pdf") == "x" * 196 + ".pdf"


def test_a_header_line_folded_without_indenting_still_belongs_to_its_field() -> None:
    fields, body = headers.split(b"Subject: first half\nsecond half\nTo: a@example.com\n\nbody")
    assert fields.text("subject") == "first half second half"
    assert fields.addresses("to") == (Address("", "a@example.com"),)
    assert body == len(b"Subject: first half\nsecond half\nTo: a@example.com\n\n")


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        (b"<a@example.com>", ("a@example.com",)),
        (b"<a@example.com>\r\n <b@example.com>", ("a@example.com", "b@example.com")),
        (b"<split\r\n @example.com>", ("split@example.com",)),
        (b"bare@example.com", ("bare@example.com",)),
        (b"Your message of Monday", ()),
        (b"<>", ()),
        (b"<[malformed]>", ("[malformed]",)),
    ],
)
def test_message_ids_lose_their_brackets(raw: bytes, ids: tuple[str, ...]) -> None:
    fields, _ = headers.split(b"References: " + raw + b"\r\n\r\n")
    assert fields.ids("references") == ids


@pytest.mark.parametrize(
    "date",
    [
        b"",
        b"yesterday",
        b"Mon, 99 Foo 2026 99:99:99 +9999",
        b"\xff\xfe",
        b"1 Jan 99999999999",
        b"0001-01-01T00:00:00+08:00",
        b"9999-12-31T23:00:00-08:00",
    ],
)
def test_an_unreadable_date_is_no_date(date: bytes) -> None:
    fields, _ = headers.split(b"Date: " + date + b"\n\n")
    assert fields.date() is None
