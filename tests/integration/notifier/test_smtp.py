"""The pool of mail connections against a real server: what its answers and its silences mean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gongdan.notifier.adapters.mail_server import MailServer
from gongdan.notifier.adapters.smtp import SmtpCarrier, SmtpPool
from gongdan.notifier.domain.compose import compose
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.retry import GiveUp, Result, Taken, TryLater, Unreachable
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.blobs import Blobs
from gongdan.shared.contracts.messages import Attachment
from gongdan.shared.errors import FixInput
from tests.integration.notifier.mail_server import Post, mail_server
from tests.ports import free_port
from tests.unit.notifier.given import AGENT, NOON, TICKET, desk, replied, wants

CONTENT = b"Subject: x\r\n\r\n.a line that starts with a dot\r\n"


@asynccontextmanager
async def pool_for(post: Post) -> AsyncIterator[SmtpPool]:
    """A pool connected to a server with these answers."""
    async with mail_server(post, free_port()) as server:
        pool = SmtpPool(server, "gongdan.example")
        yield pool
        await pool.stop()


def answering(phase: str, answer: str) -> Post:
    """A server that gives this answer once."""
    post = Post()
    getattr(post, phase).append(answer)
    return post


async def send(pool: SmtpPool, recipient: str = "customer@example.com") -> Result:
    """Send a small mail."""
    return await pool.send("support@gongdan.example", recipient, CONTENT)


async def test_many_mails_go_over_one_connection_and_arrive_as_they_were() -> None:
    post = Post()
    async with pool_for(post) as pool:
        results = [await send(pool) for _ in range(5)]
    assert results == [Taken()] * 5
    assert (post.connections, post.taken) == (1, [CONTENT] * 5)


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        ("at_mail", TryLater("451 later")),
        ("at_rcpt", TryLater("450 greylisted")),
        ("at_data", TryLater("452 full")),
        ("at_mail", GiveUp("550 not you")),
        ("at_rcpt", GiveUp("550 no such user")),
        ("at_data", GiveUp("554 spam")),
    ],
)
async def test_a_refusal_is_for_now_or_for_ever_and_the_connection_lives_on(
    phase: str, expected: TryLater | GiveUp
) -> None:
    post = answering(phase, expected.error)
    async with pool_for(post) as pool:
        assert [await send(pool), await send(pool)] == [expected, Taken()]
    assert post.connections == 1


@pytest.mark.parametrize("phase", ["at_mail", "at_rcpt", "at_data"])
async def test_a_connection_that_drops_at_first_use_is_a_failed_attempt(phase: str) -> None:
    async with pool_for(answering(phase, "drop")) as pool:
        first, second = await send(pool), await send(pool)
    assert (type(first), second) == (TryLater, Taken())


@pytest.mark.parametrize("phase", ["at_mail", "at_rcpt"])
@pytest.mark.parametrize("answer", ["drop", "421 idle too long"])
async def test_a_kept_connection_that_has_died_is_replaced_within_the_attempt(phase: str, answer: str) -> None:
    post = Post()
    async with pool_for(post) as pool:
        await send(pool)
        getattr(post, phase).append(answer)
        assert await send(pool) == Taken()
    assert (post.connections, len(post.taken)) == (2, 2)


async def test_a_mail_that_was_taken_without_our_hearing_of_it_counts_as_failed() -> None:
    post = Post()
    async with pool_for(post) as pool:
        await send(pool)
        post.at_data.append("taken but drop")
        assert isinstance(await send(pool), TryLater)
    assert len(post.taken) == 2


async def test_no_server_at_all_closes_the_way() -> None:
    result = await send(SmtpPool(MailServer("127.0.0.1", free_port()), "gongdan.example"))
    assert isinstance(result, Unreachable)


async def test_a_server_that_sends_us_away_at_once_closes_the_way() -> None:
    async with pool_for(Post(at_mail=["421 shutting down"])) as pool:
        assert await send(pool) == Unreachable("421 shutting down")


async def test_a_password_is_never_sent_in_the_clear() -> None:
    async with mail_server(Post(), free_port()) as server:
        guarded = MailServer(server.host, server.port, user="u", password="p")
        assert isinstance(await send(SmtpPool(guarded, "gongdan.example")), Unreachable)


async def test_an_address_beyond_ascii_arrives_where_the_server_can_do_that() -> None:
    post = Post()
    async with pool_for(post) as pool:
        assert await send(pool, "用户@例子.example") == Taken()
    assert post.recipients == ["用户@例子.example"]


async def test_many_at_once_use_as_many_connections_and_keep_them() -> None:
    post = Post()
    async with pool_for(post) as pool:
        for _ in range(3):
            results = await asyncio.gather(*(send(pool) for _ in range(4)))
            assert set(results) == {Taken()}
    assert post.connections == 4


async def test_files_travel_from_the_blobs_and_a_missing_one_is_waited_for(tmp_path: Path) -> None:
    post, blobs = Post(), Blobs(tmp_path)
    attachment = Attachment(name="a.bin", content_type="application/x-y", size=3, sha256=await blobs.put(b"abc"))
    missing = attachment.model_copy(update={"sha256": "0" * 64})
    async with pool_for(post) as pool:
        carrier = SmtpCarrier(pool, blobs)
        results = [await carrier.carry(answer_with(file)) for file in (attachment, missing)]
    assert results == [Taken(), TryLater(f"attachment {'0' * 64} is not among the blobs")]
    (file,) = post.mails()[0].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("a.bin", b"abc")


def answer_with(attachment: Attachment) -> Claimed:
    """An agent's answer with a file, in hand."""
    want = wants(replied(attachments=(attachment,)), AGENT)[0]
    return Claimed(compose(want, Thread(TICKET), desk(), NOON), 1)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail:1025", MailServer("mail", 1025)),
        ("smtp://mail", MailServer("mail", 25)),
        ("smtps://mail", MailServer("mail", 465, tls=True)),
        ("smtps://a%40b:c%2Fd@mail", MailServer("mail", 465, tls=True, user="a@b", password="c/d")),
    ],
)
def test_a_server_is_named_by_a_url(url: str, expected: MailServer) -> None:
    assert MailServer.parse(url) == expected


@pytest.mark.parametrize("url", ["", "mail:25", "http://mail", "smtp://", "smtp://mail:x"])
def test_a_url_that_names_no_server_is_refused_with_the_cure(url: str) -> None:
    with pytest.raises(FixInput) as refusal:
        MailServer.parse(url)
    assert refusal.value.complaints[0].field == "GONGDAN_SMTP_URL"
    assert "smtp://host:port" in str(refusal.value)


def test_a_password_does_not_show() -> None:
    assert "hidden" not in repr(MailServer.parse("smtp://user:hidden@mail"))
