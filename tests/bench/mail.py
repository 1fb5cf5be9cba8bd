"""How fast mails are read: typical ones per second of one core, and the longest time that any mail of 25 MB takes.

    python -m tests.bench.mail [--seconds 3]

Seconds are of the processor, so that a busy machine changes little. Reading is all that intake does with a mail's
bytes: parts, text, page, reply, kind, thread, hashes. Python looks for cycles as seldom as in a service. Prints one
line per bar.
"""

import argparse
import base64
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from gongdan.intake.domain.mail.message import Inbox, Normalised, Ourselves, RawMail, Unreadable, normalise
from gongdan.shared.cycles import look_for_cycles_seldom
from gongdan.shared.mail_ids import OwnMailIds

MEGABYTE = 1_000_000
SIZE = 25 * MEGABYTE
ROUNDS = 5
BAR_RATE = 1_500
BAR_SECONDS = 2.0

INBOX = Inbox("support@gongdan.example", "support")
OURS = Ourselves(OwnMailIds(b"a key for benches", "gongdan.example"), frozenset({INBOX.address}))
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = (
    "the",
    "pump",
    "at",
    "line",
    "four",
    "stops",
    "after",
    "some",
    "minutes",
    "水泵",
    "运行",
    "几分钟",
    "后",
    "停止",
    "grüße",
)

HEADER = """Return-Path: <customer@example.com>
Received: from mx.example.com (mx.example.com [192.0.2.7]) by mail.gongdan.example with ESMTPS id 4Xy1;
\tMon, 02 Mar 2026 09:00:01 +0100 (CET)
Received: from desk.example.com (desk.example.com [192.0.2.9]) by mx.example.com with ESMTPSA id 77aa;
\tMon, 02 Mar 2026 09:00:00 +0100
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=one; h=from:to:subject:date:message-id;
\tbh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=dzdVyOfAKCdLXdJOc9G2q8LoXSlEniSbav+yuU4zGeer
MIME-Version: 1.0
Date: Mon, 02 Mar 2026 09:00:00 +0100
From: =?utf-8?q?J=C3=BCrgen_Customer?= <customer@example.com>
To: Support <support@gongdan.example>
Subject: =?utf-8?b?5rC05rO15YGc5LqG?= the pump stops
Message-ID: <{number}.2026@example.com>
User-Agent: A Mailer
"""


def mail(number: int, content_type: str, body: bytes) -> bytes:
    """A mail as it comes from a server."""
    top = HEADER.format(number=number).replace("\n", "\r\n")
    return f"{top}Content-Type: {content_type}\r\n\r\n".encode() + body


def paragraphs(chance: random.Random, count: int) -> list[str]:
    """Some paragraphs of usual length."""
    return [" ".join(chance.choices(WORDS, k=chance.randint(8, 40))) for _ in range(count)]


def plain(chance: random.Random, number: int) -> bytes:
    """A short text."""
    text = "\r\n\r\n".join(paragraphs(chance, 4))
    return mail(number, "text/plain; charset=utf-8", f"Hello,\r\n\r\n{text}\r\n\r\nRegards\r\nJürgen\r\n".encode())


def reply(chance: random.Random, number: int) -> bytes:
    """A reply as text and page, with what it answers."""
    new, old = paragraphs(chance, 3), paragraphs(chance, 6)
    quoted = "\r\n".join(f"> {each}" for each in old)
    text = (
        "\r\n\r\n".join(new)
        + f"\r\n\r\nOn Mon, 2 Mar 2026 at 08:00, Support <s@gongdan.example> wrote:\r\n{quoted}\r\n"
    )
    page = "".join(f'<div style="margin:0">{each}</div><br>' for each in new)
    history = "".join(f"<p>{each}</p>" for each in old)
    page = (
        f"<html><head><style>p {{margin:0}}</style></head><body>{page}<blockquote>{history}</blockquote></body></html>"
    )
    body = (
        f"--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{page}\r\n--b1--\r\n"
    )
    return mail(number, 'multipart/alternative; boundary="b1"', body.encode())


def with_file(chance: random.Random, number: int) -> bytes:
    """A short text with a file of 100 kB."""
    text = "\r\n\r\n".join(paragraphs(chance, 2))
    content = base64.encodebytes(chance.randbytes(100_000)).replace(b"\n", b"\r\n")
    head = (
        f"--b2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        '--b2\r\nContent-Type: application/pdf; name="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
        'Content-Disposition: attachment; filename="report.pdf"\r\n\r\n'
    )
    return mail(number, 'multipart/mixed; boundary="b2"', head.encode() + content + b"--b2--\r\n")


TYPICAL: dict[str, Callable[[random.Random, int], bytes]] = {
    "plain": plain,
    "reply with page": reply,
    "100 kB file": with_file,
}


def filled(start: bytes, unit: bytes, end: bytes = b"") -> bytes:
    """As many units as make 25 MB."""
    return start + unit * ((SIZE - len(start) - len(end)) // len(unit)) + end


def part(content_type: str, encoding: str = "8bit") -> bytes:
    """The beginning of a part."""
    return f"--b\r\nContent-Type: {content_type}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n".encode()


def large() -> Iterator[tuple[str, bytes]]:
    """Mails of 25 MB: usual ones and hostile ones."""
    yield from files()
    yield from texts()
    yield from pages()
    yield from sets()
    yield from fields()
    yield from parts()


def files() -> Iterator[tuple[str, bytes]]:
    """Files in all transfer encodings."""
    mixed = mail(0, "multipart/mixed; boundary=b", b"")
    chance = random.Random(25)  # noqa: S311 - the same mails every time
    block = base64.encodebytes(chance.randbytes(57_000))
    yield "one file", filled(mixed + part("application/zip", "base64"), block, b"--b--")
    yield "base64 with padding everywhere", filled(mixed + part("application/zip", "base64"), b"QQ==\r\n", b"--b--")
    yield "quoted-printable", filled(mail(0, "text/plain", b"") + b"", b"a=C3=A4=\r\n")
    yield "quoted-printable file", filled(mixed + part("text/csv", "quoted-printable"), b"a=C3=A4=\r\n")
    yield "uuencoded", filled(mixed + part("application/x", "x-uuencode") + b"begin 644 a\n", b"%2&5L;&\\\n")


def texts() -> Iterator[tuple[str, bytes]]:
    """Plain text."""
    yield "plain text", filled(mail(0, "text/plain; charset=utf-8", b""), "a line of 水泵 text\r\n".encode())
    yield "one line", filled(mail(0, "text/plain", b""), b"word ")
    yield "quoted lines", filled(mail(0, "text/plain", b""), b"> quoted\r\n")
    yield "attributions", filled(mail(0, "text/plain", b""), b"On Mon, 2 Mar 2026 at 08:00, A wrote:\r\n")
    yield "header words", filled(mail(0, "text/plain", b""), b"From: a@example.com\r\nSent: Monday\r\n")


def pages() -> Iterator[tuple[str, bytes]]:
    """HTML."""
    yield "page", filled(mail(0, "text/html; charset=utf-8", b""), "<p>a <b>paragraph</b> 水泵</p>\n".encode())
    yield "open tags", filled(mail(0, "text/html", b""), b"<div><b>")
    yield "table", filled(mail(0, "text/html", b"<table>"), b"<tr><td>1</td></tr>")
    yield "attributes", filled(mail(0, "text/html", b"<p "), b"a=b ")
    yield "entities", filled(mail(0, "text/html", b""), b"&lt;")
    yield "comments", filled(mail(0, "text/html", b""), b"<!-- a -->")
    yield "less-than signs", filled(mail(0, "text/html", b""), b"<")


def sets() -> Iterator[tuple[str, bytes]]:
    """Character sets and the form of text."""
    yield "unknown set", filled(mail(0, "text/plain; charset=x-none", b""), "水泵停了。".encode("gb18030"))
    yield "wrong set", filled(mail(0, "text/plain; charset=utf-8", b""), "水泵停了。".encode("gb18030"))
    yield "Japanese", filled(mail(0, "text/plain; charset=iso-2022-jp", b""), "こんにちは\n".encode("iso2022_jp"))
    yield "UTF-7", filled(mail(0, "text/plain; charset=utf-7", b""), b"+bDR+tQ- ")
    yield "flowed", filled(mail(0, "text/plain; format=flowed", b""), b"> word \r\n")


def fields() -> Iterator[tuple[str, bytes]]:
    """Headers, and mails that are hardly more."""
    yield "header fields", filled(b"", b"X-A: b\r\n", b"From: a@example.com\r\n\r\n")
    yield "one header field", filled(b"From: a@example.com\r\nSubject: ", b"=?utf-8?q?a?= ", b"\r\n\r\n")
    yield "recipients", filled(b"From: a@example.com\r\nTo: ", b"a@example.com, ", b"\r\n\r\n")
    yield "folded header", filled(b"From: a@example.com\r\nSubject: a\r\n", b" b\r\n", b"\r\n\r\n")
    yield "no line break", filled(b"From: a@example.com\r\nSubject: ", b"x")
    yield "carriage returns", filled(b"From: a@example.com\r\n\r\n", b"\r")
    yield "line breaks", filled(b"From: a@example.com\r\n\r\n", b"\n")


def parts() -> Iterator[tuple[str, bytes]]:
    """Parts and what looks like parts."""
    mixed = mail(0, "multipart/mixed; boundary=b", b"")
    yield "10,000 parts", filled(mixed, part("text/plain") + b"x" * 2_400 + b"\r\n")
    yield "empty parts", filled(mixed, b"--b\r\n\r\n")
    yield "boundaries", filled(mixed, b"--b\r\n")
    yield "almost boundaries", filled(mixed, b"--bb\r\n")
    yield "closed boundaries", filled(mixed, b"--b--\r\n")
    yield (
        "multiparts in multiparts",
        filled(mixed, b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n"),
    )
    yield "deep nesting", nested()
    yield "mails in mails", filled(b"From: a@example.com\r\n", b"Content-Type: message/rfc822\r\n\r\n")
    yield (
        "Outlook's parcel",
        filled(mixed + part("application/ms-tnef", "binary"), b"\x02\x02\x90\x06\x00\x00\x00\x00\x00\x00\x00").replace(
            b"binary\r\n\r\n", b"binary\r\n\r\n\x78\x9f\x3e\x22\x01\x00", 1
        ),
    )


def nested() -> bytes:
    """Each part holds the next one."""
    levels = SIZE // 70
    return b"From: a@example.com\r\n" + b"".join(
        b"Content-Type: multipart/mixed; boundary=m%06d\r\n\r\n--m%06d\r\n" % (level, level) for level in range(levels)
    )


def read(raw: bytes) -> Normalised | Unreadable:
    """Read one mail."""
    return normalise(RawMail(raw, INBOX, AT), OURS)


def rate(mails: list[bytes], seconds: float) -> float:
    """Mails per second of the processor, for about so long."""
    end = time.process_time() + seconds
    began, done = time.process_time(), 0
    while time.process_time() < end:
        for raw in mails:
            read(raw)
        done += len(mails)
    return done / (time.process_time() - began)


def took(raw: bytes) -> float:
    """Seconds of the processor for one mail."""
    began = time.process_time()
    read(raw)
    return time.process_time() - began


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each kind of typical mail is read")
    chosen = parser.parse_args()
    chance = random.Random(1)  # noqa: S311 - the same mails every time
    mails = {name: [make(chance, number) for number in range(100)] for name, make in TYPICAL.items()}
    look_for_cycles_seldom()
    every = [raw for three in zip(*mails.values(), strict=True) for raw in three]
    for name, some in mails.items():
        print(f"  {name:<32} {rate(some, chosen.seconds):>7,.0f} mails/s", flush=True)
    reached = statistics.median(rate(every, chosen.seconds) for _ in range(ROUNDS))
    print(
        f"typical mails: {reached:,.0f}/s per core (bar {BAR_RATE:,}/s): {'met' if reached >= BAR_RATE else 'missed'}"
    )
    worst = 0.0
    for name, raw in large():
        seconds = took(raw)
        worst = max(worst, seconds)
        print(f"  {name:<32} {seconds:>7.2f} s", flush=True)
    print(f"slowest mail of 25 MB: {worst:.2f} s (bar {BAR_SECONDS} s): {'met' if worst <= BAR_SECONDS else 'missed'}")


if __name__ == "__main__":
    main()
