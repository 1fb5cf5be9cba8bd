"""Whatever the bytes, reading a mail ends, raises nothing, and gives what PostgreSQL, JSON and Kafka can carry."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from gongdan.intake.domain.mail import charsets, encoded, mime, parameters, quotes, readable, transfer
from gongdan.intake.domain.mail.addresses import addresses
from gongdan.intake.domain.mail.message import Normalised, RawMail, Unreadable, normalise
from tests.unit.intake.mail.mails import AT, INBOX, OURS

NAMES = st.sampled_from(
    b"From To Cc Subject Date Message-ID References In-Reply-To Content-Type Content-Disposition Content-ID Reply-To "
    b"Content-Transfer-Encoding Auto-Submitted Return-Path".split()
)
BREAKS = [b"\r\n", b"\n\n", b"\r\n\r\n", b" ", b"\t", b"-- ", b"On 2 Mar 2026 wrote:"]
HOSTILE = (
    b"=?utf-8?b? =?gb2312?q? ?= multipart/mixed multipart/alternative multipart/report text/html text/plain base64 "
    b"message/rfc822 ;boundary=b ;boundary= ;name=\" ;filename*0*=utf-8''% --b --b-- quoted-printable x-uuencode "
    b';charset= idna iso-2022-jp utf-16 < > a@example.com <a@b> ( " \\ : ; , = %F6 \x00 \xff \xb9\xa4 <div> wrote: >'
    b" -- utf-7 hz <blockquote> <!-- &#0; &#xD800;"
)
WORDS = st.sampled_from([*HOSTILE.split(b" "), *BREAKS])
PIECES = st.lists(st.one_of(WORDS, st.binary(max_size=12)), max_size=25).map(b"".join)
FIELDS = st.lists(st.tuples(NAMES, PIECES).map(b": ".join), max_size=12).map(b"\r\n".join)
MAILS = st.one_of(st.binary(max_size=400), PIECES, st.tuples(FIELDS, PIECES).map(b"\r\n\r\n".join))
CODECS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.sampled_from(
        ["utf-7", "utf-16", "hz", "iso2022_jp_ext", "rot13", "hex", "zlib", "idna", "mbcs", "ansi_x3.110-1983"]
    ),
)


@settings(max_examples=400, deadline=None)
@given(MAILS, st.one_of(st.none(), st.just(""), st.text(max_size=30)))
def test_any_bytes_become_a_message_or_a_reason(raw: bytes, sender: str | None) -> None:
    found = normalise(RawMail(raw, INBOX, AT, sender), OURS)
    assert isinstance(found, Normalised | Unreadable)
    if isinstance(found, Normalised):
        said = found.message.model_dump_json()
        assert "\\u0000" not in said
        assert len(found.files) == len(found.message.attachments)
        assert found == normalise(RawMail(raw, INBOX, AT, sender), OURS)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), PIECES), CODECS)
def test_any_bytes_become_clean_text(raw: bytes, label: str | None) -> None:
    text = charsets.decode(raw, label)
    assert text.encode("utf-8").decode() == charsets.clean(text) == text


@settings(max_examples=200, deadline=None)
@given(PIECES)
def test_any_header_value_is_read(raw: bytes) -> None:
    assert "\n" not in encoded.text_of(raw)
    assert all(each.name or each.email for each in addresses(raw))
    name = parameters.file_name(parameters.read(raw), parameters.read(raw))
    assert "/" not in name
    assert len(name) <= parameters.LONGEST_NAME


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", ""]))
def test_any_transfer_encoding_is_undone(raw: bytes, encoding: str) -> None:
    assert isinstance(transfer.decode(raw, encoding), bytes)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=300), PIECES.map(lambda raw: raw.decode("utf-8", "replace"))))
def test_any_text_and_any_page_has_a_reply_and_no_word_is_lost_or_doubled(text: str) -> None:
    parts = quotes.split(text)
    assert bool(parts.reply.strip()) == bool(text.strip())
    assert Counter(f"{parts.reply} {parts.quoted} {parts.signature}".split()) == Counter(text.split())
    assert isinstance(quotes.split_html(text).reply, str)
    assert isinstance(readable.to_text(text), str)


@settings(max_examples=200, deadline=None)
@given(MAILS)
def test_nothing_is_read_twice_or_beyond_the_limits(raw: bytes) -> None:
    found = mime.parse(raw)
    assert len(found.parts) <= mime.LIMITS.parts
    assert sum(
        len(part.content) for part in found.parts if part.headers.raw("content-transfer-encoding") == b""
    ) <= len(raw)
