"""The mail receiver and clients that say anything in any order."""

import asyncio
import contextlib
import random

import pytest

from tests.integration.intake.test_smtp_limits import MAIL, Sink, client_of, listening, nobody_at

WORDS = (
    b"EHLO x",
    b"LHLO x",
    b"HELO",
    b"MAIL FROM:<c@example.com>",
    b"MAIL FROM:<>",
    b"MAIL FROM:<a@b> SIZE=x",
    b"RCPT TO:<help@example.com>",
    b"RCPT TO:<\xff@example.com>",
    b"RCPT TO:<@a,@b:help@example.com>",
    b"RCPT TO:",
    b"DATA",
    b"RSET",
    b"VRFY x",
    b"HELP x",
    b"AUTH PLAIN AAA",
    b"STARTTLS",
    b"BDAT 10",
    b"\x00\xff",
    b"x" * 70_000,
    MAIL + b".",
    b".",
)


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_a_client_says_it_is_answered_or_hung_up_on_and_leaves_nothing_behind(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    said = [chance.choice(WORDS) if chance.random() < 0.9 else chance.randbytes(20) for _ in range(20)]
    sink = Sink()
    async with listening(sink) as receiver, client_of(receiver) as client:
        begin = [b"EHLO x", b"MAIL FROM:<c@example.com>", b"RCPT TO:<help@example.com>"] if seed % 2 else []
        client.writer.write(b"\r\n".join([*begin, *said, b".", b"QUIT", b""]))
        async with asyncio.timeout(60):
            with contextlib.suppress(ConnectionError):
                assert b"\r\n451" not in await client.reader.read()
        await nobody_at(receiver)
        assert receiver._in_hand == 0
