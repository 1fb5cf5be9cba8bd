"""Mails whose header is wrong about their parts: what they hold is found all the same."""

import base64

import pytest

from gongdan.intake.domain.mail import content, mime, transfer
from gongdan.intake.domain.mail.content import Content

PUMP = b"Content-Type: text/plain\r\n\r\nThe pump stopped."
PLAN = b"Content-Type: application/pdf; name=plan.pdf\r\n\r\n%PDF"
BOTH = b"--pump\r\n" + PUMP + b"\r\n--pump\r\n" + PLAN + b"\r\n--pump--\r\n"
MULTIPART = b'Content-Type: multipart/mixed; boundary="pump"\r\n'
UMLAUT = "Ventil schließt".encode()


def read(*pieces: bytes) -> Content:
    return content.read(mime.parse(b"From: a@example.com\r\n" + b"".join(pieces)))


@pytest.mark.parametrize(
    "header",
    [
        MULTIPART + b"\r\n",
        MULTIPART,
        MULTIPART.replace(b'"', b""),
        MULTIPART.replace(b'"pump"', b'"pu"') + b"\r\n",
        MULTIPART.replace(b'"', b"'") + b"\r\n",
        MULTIPART.replace(b"pump", b"other") + MULTIPART + b"\r\n",
        b"Content-Type: text/plain\r\n" + MULTIPART + b"\r\n",
        MULTIPART.replace(b"/mixed", b"") + b"\r\n",
        MULTIPART.replace(b"mixed", b"") + b"\r\n",
        MULTIPART + b"\r\n--pump--\r\n\r\n",
    ],
    ids=[
        "sound",
        "no empty line",
        "no empty line nor quotes",
        "cut",
        "quoted oddly",
        "two boundaries",
        "two types",
        "half a type",
        "no kind",
        "end first",
    ],
)
def test_a_multipart_is_taken_apart_by_the_boundary_that_comes(header: bytes) -> None:
    found = read(header, BOTH)
    assert (found.text, [file.name for file in found.files]) == ("The pump stopped.", ["plan.pdf"])


def test_lines_with_hyphens_are_no_boundary_of_a_multipart_that_declares_another() -> None:
    text = b"First\r\n--not-a-boundary\r\nLast"
    assert read(MULTIPART, b"\r\n", text).text == "First\n--not-a-boundary\nLast"


def test_a_multipart_that_an_outer_one_closed_goes_on_where_its_boundary_comes_again() -> None:
    inner = b"--pump\r\nContent-Type: multipart/mixed; boundary=in\r\n\r\n"
    one, two, three = (b"Content-Type: text/plain\r\n\r\n%d\r\n" % number for number in (1, 2, 3))
    assert (
        read(MULTIPART, b"\r\n", inner, b"--in\r\n", one, b"--pump\r\n", two, b"--in\r\n", three).text == "1\n\n2\n\n3"
    )
    closed = read(MULTIPART, b"\r\n", inner, b"--in\r\n", one, b"--pump\r\n", two, b"--in--\r\n", b"--pump\r\n", three)
    assert closed.text == "1\n\n2\n\n3"
    ended = read(MULTIPART, b"\r\n", inner, b"--in\r\n", one, b"--in--\r\n--pump\r\n", two, b"--in\r\n", three)
    assert ended.text.startswith("1\n\n2\n--in")


def test_a_part_that_has_no_header_is_all_text() -> None:
    assert (
        read(MULTIPART, b"\r\n--pump\r\nIt stopped.\r\n\r\nAt noon.\r\n--pump--\r\n").text == "It stopped.\n\nAt noon."
    )
    assert content.read(mime.parse(b"It stopped.\n\nAt noon.")).text == "It stopped.\n\nAt noon."


def test_a_field_named_from_is_no_line_of_a_mailbox_file() -> None:
    assert mime.parse(b"From : a@example.com\nSubject: Pump\n\nHello").headers.addresses("from")[0].email


@pytest.mark.parametrize(
    ("encoding", "raw"),
    [
        ("base-64", base64.b64encode(UMLAUT)),
        ("B64", base64.b64encode(UMLAUT)),
        ("base64,", base64.b64encode(UMLAUT)),
        ("quoted_printable", b"Ventil schlie=C3=9Ft"),
        ("quotedprintable", b"Ventil schlie=C3=9Ft"),
        ("qp", b"Ventil schlie=C3=9Ft"),
        ("quoted-printable", b"Ventil =  \r\nschlie=C3=\t\r\n=9Ft"),
        ("8-bit", UMLAUT),
        ("none", UMLAUT),
    ],
)
def test_an_encoding_is_known_however_it_is_written(encoding: str, raw: bytes) -> None:
    assert transfer.decode(raw, encoding) == UMLAUT


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"VGhlIHB1bXAgc3RvcHBlZC4=\r\n", b"The pump stopped."),
        (b"VGhlIHB1bXAg\r\n\r\nc3RvcHBlZC4\r\n", b"The pump stopped."),
        (b"VGhl IHB1 bXAg c3Rv cHBl ZC4=", b"The pump stopped."),
        (b"VGhlIHB1bXAg*c3RvcHBlZC4=", b"The pump stopped."),
        (b"The pump stopped, and\r\nnobody knows why.", b"The pump stopped, and\r\nnobody knows why."),
        (b"VGhlIHB1bXAgc3RvcHBlZC4=\r\n-- \r\nSent by a list", b"The pump stopped.\n-- \r\nSent by a list"),
        (b"VGhlIHB1bXAgc3RvcHBlZC4= Sent by a list", b"The pump stopped.\n Sent by a list"),
    ],
)
def test_a_text_in_base64_keeps_the_words_that_are_in_none(raw: bytes, text: bytes) -> None:
    assert transfer.decode(raw, "base64", is_text=True) == text


def test_a_file_in_base64_has_no_words() -> None:
    assert transfer.decode(b"SGVsbG8= these are none", "base64").startswith(b"Hello")
