"""Forms of text: lines that flow, labels that lie, dates in every spelling, signed and encrypted mails."""

from datetime import datetime

import pytest

from gongdan.intake.domain.mail import charsets, content, dates, flowed, mime


@pytest.mark.parametrize(
    ("text", "unfolded"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> quoted \n> on\nanswer", "> quoted on\nanswer"),
        (">> deep \n> less deep", ">> deep \n> less deep"),
        ("text \n-- \nsignature", "text \n-- \nsignature"),
        (" From here", "From here"),
        ("> \n>", ">\n>"),
        ("", ""),
    ],
)
def test_lines_that_flow_are_joined(text: str, unfolded: str) -> None:
    assert flowed.unfolded(text) == unfolded


def test_scripts_without_spaces_flow_without_them() -> None:
    assert flowed.unfolded("水泵 \n停了", delete_space=True) == "水泵停了"
    raw = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n水泵 \n停了".encode()
    assert content.read(mime.parse(raw)).text == "水泵停了"


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("您好，贵公司的水泵坏了。".encode("gbk"), "utf-8", "您好，贵公司的水泵坏了。"),
        ("您好，贵公司的水泵坏了。".encode("gbk"), "iso-8859-1", "您好，贵公司的水泵坏了。"),
        ("您好，贵公司的水泵坏了。".encode("gbk"), "us-ascii", "您好，贵公司的水泵坏了。"),
        ("您好，贵公司的水泵坏了。".encode(), "iso-8859-1", "您好，贵公司的水泵坏了。"),
        ("您好，贵公司的水泵坏了。".encode(), "gb2312", "您好，贵公司的水泵坏了。"),
        ("請問您們的產品價格是多少".encode("big5"), "x-none", "請問您們的產品價格是多少"),
        ("製品の価格を教えてください".encode("shift_jis"), None, "製品の価格を教えてください"),
        ("製品の価格を教えてください".encode("euc_jp"), "utf-8", "製品の価格を教えてください"),
        ("製品の価格".encode("iso2022_jp"), None, "製品の価格"),
        ("製品の価格".encode("iso2022_jp"), "utf-8", "製品の価格"),
        (b"\x1b$B-j\x1b(B", "iso-2022-jp", "㈱"),
        ("안녕하세요 제품 가격".encode("euc_kr"), "8bit", "안녕하세요 제품 가격"),
        ("Здравствуйте, наш насос".encode("koi8-r"), "x-unknown", "Здравствуйте, наш насос"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße aus Köln".encode(), "windows-1252", "Grüße aus Köln"),
        ("Grüße".encode("utf-7"), "unicode-1-1-utf-7", "Grüße"),
        ("Grüße".encode("cp1252"), "Windows1252", "Grüße"),
        ("水泵停了".encode()[:-1], "utf-8", "水泵停\ufffd"),
        ("水泵停了，请尽快派人".encode() + b"\xff.", "utf-8", "水泵停了，请尽快派人\ufffd."),
    ],
)
def test_text_is_read_whatever_its_label_says(raw: bytes, label: str | None, text: str) -> None:
    assert charsets.decode(raw, label) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mon, 2 Mar 2026 09:00:00 +0100", "2026-03-02T09:00:00+01:00"),
        ("Mon, 2 Mar 2026 09:00:00 GMT+08:00", "2026-03-02T09:00:00+08:00"),
        ("Mon, 2 Mar 2026 09:00:00 +08:00 (CST)", "2026-03-02T09:00:00+08:00"),
        ("Mon, 2 Mar 2026 09:00 EST", "2026-03-02T09:00:00-05:00"),
        ("Mon Mar  2 09:00:00 2026", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T09:00:00Z", "2026-03-02T09:00:00+00:00"),
        ("Mon, 2 Mar 2026 09:00:00 GMT+8", "2026-03-02T09:00:00+08:00"),
        ("Mon, 2 Mar 126 09:00:00 +0000", "2026-03-02T09:00:00+00:00"),
        ("2026/3/2 09:00:00", "2026-03-02T09:00:00+00:00"),
        ("Wed, 31 Dec 2025 23:59:60 +0000", "2025-12-31T23:59:59+00:00"),
        ("Mon, 2 Mar 2026 09:00:00.125 +0100", "2026-03-02T09:00:00+01:00"),
        ("Mon, 2 Mar 2026 9:00:00 PM +0100", "2026-03-02T21:00:00+01:00"),
        ("Mon, 2 Mar 2026 12:30 am +0100", "2026-03-02T00:30:00+01:00"),
        ("Mon (today), 2 (second) Mar 2026 09:00:00 +0100 (CET)", "2026-03-02T09:00:00+01:00"),
    ],
)
def test_dates_are_read_in_many_spellings(written: str, read: str) -> None:
    assert dates.read(written) == datetime.fromisoformat(read)


@pytest.mark.parametrize(
    ("head", "told"),
    [
        ("multipart/signed; protocol=application/pgp-signature", "signed with OpenPGP"),
        ("multipart/signed; protocol=application/pkcs7-signature", "signed with S/MIME;"),
        ("multipart/encrypted; protocol=application/pgp-encrypted", "encrypted with OpenPGP"),
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "encrypted with S/MIME"),
        ("application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m", "signed with S/MIME in one piece"),
    ],
)
def test_signed_and_encrypted_mails_are_kept_and_say_so(head: str, told: str) -> None:
    parts = b"--b\n\nHello\n--b\nContent-Type: application/octet-stream; name=extra.bin\n\nbytes\n--b--\n"
    found = content.read(mime.parse(f"Content-Type: {head}; boundary=b\n\n".encode() + parts))
    assert len(found.told) == 1
    assert told in found.told[0]
    assert len(found.files) == 1


def test_a_message_encrypted_within_its_text_says_so() -> None:
    found = content.read(mime.parse(b"From: a@example.com\n\n-----BEGIN PGP MESSAGE-----\n\nhQEM\n"))
    assert "encrypted with OpenPGP" in found.told[0]
