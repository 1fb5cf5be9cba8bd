"""Mails gone wrong: bytes lost, doubled, swapped and put in, and pieces of one mail in another."""

import random
from collections.abc import Sequence

HEADERS = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/alternative; boundary=\r\n",
    b"Content-Type: application/ms-tnef\r\n\r\n\x78\x9f\x3e\x22",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff\r\n",
    b"Date: Mon, 99 Foo\r\n",
    b"Reply-To: <<<>>>,,,\r\n",
    b"To: " + b"a@b," * 50 + b"\r\n",
    b"From: b@example.com\r\nSent: now\r\n",
    b"On Mon, 2 Mar 2026, A <a@example.com> wrote:\r\n",
)
WORDS = (
    b'\0 \xff\xfe -- =?utf-8?B? ?= =?gb2312?Q?= boundary= " \\ --b-- charset=utf-16 charset=x-none format=flowed <!-- '
)
WORDS += b"&#0;&#xD800; +AGE- \x1b$B \xb9\xa4\xb5\xa5"
HOSTILE = (
    *HEADERS,
    *WORDS.split(b" "),
    b"\r\n",
    b"\n\n",
    b"\r",
    b"-- \r\n",
    b"begin 644 x\r\n",
    b"<div>" * 50,
    b"> " * 50,
)


def mutated(chance: random.Random, mails: Sequence[bytes]) -> bytes:
    """One of the mails with a few things gone wrong."""
    raw = bytearray(chance.choice(mails))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(raw) + 1)
        end = min(len(raw), at + int(chance.paretovariate(0.7)))
        match chance.randrange(7):
            case 0:
                raw[at:end] = b""
            case 1:
                raw[at:at] = raw[at:end] * chance.randint(1, 4)
            case 2:
                raw[at:end] = chance.randbytes(min(end - at, 50))
            case 3:
                raw[at:at] = chance.choice(HOSTILE)
            case 4:
                other = chance.choice(mails)
                start = chance.randrange(len(other) + 1)
                raw[at:at] = other[start : start + int(chance.paretovariate(0.5))]
            case 5:
                raw = raw.replace(b"\r\n", chance.choice((b"\n", b"\r", b"\r\r\n")), chance.randint(1, 20))
            case _:
                del raw[at if chance.random() < 0.1 else len(raw) :]
    return bytes(raw[:400_000])
