"""The whole service between a real broker, a real database, a real mail server and a real endpoint."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from gongdan.shared.contracts.envelope import Mode
from tests.integration.notifier.mail_server import Post, mail_server
from tests.integration.notifier.receiver import Receiver, listening
from tests.integration.notifier.surroundings import Surroundings, opened_by
from tests.unit.notifier.given import IDS, breached, channel, event


@pytest.fixture
async def around(fresh_database: str, own_broker: str, tmp_path: Path) -> AsyncIterator[Surroundings]:
    """Everything but notifier, started."""
    around = Surroundings(fresh_database, own_broker, tmp_path / "blobs")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(around.own.stop)
        for part in around.parts:
            await part.start()
            stack.push_async_callback(part.stop)
        yield around


async def test_customers_agents_and_partners_hear_of_what_happens(
    around: Surroundings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    post = Post()
    async with mail_server(post, around.smtp_port), listening(Receiver([(500, {})])) as receiver:
        await around.define(channel(url=receiver.url, allow_private=True))
        async with around.running():
            await around.ticket_events(opened_by(1))
            await around.clock_events(event(breached()))
            await around.until(sent=3)
    assert sorted(post.recipients) == ["customer-1@example.com", "first@gongdan.example"]
    assert {IDS.ticket_of(mail["Message-ID"].strip("<>")) for mail in post.mails()} == {"GD-1"}
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


async def test_mail_waits_for_its_server_over_restarts_and_is_then_sent_once(around: Surroundings) -> None:
    await around.define()
    post = Post()
    async with around.running():
        await around.ticket_events(*map(opened_by, range(50)))
        await around.until(queued=50)
    async with mail_server(post, around.smtp_port), around.running():
        await around.until(sent=50)
    assert len(post.recipients) == len(set(post.recipients)) == 50


async def test_a_replay_of_everything_sends_nothing(around: Surroundings) -> None:
    await around.define()
    post = Post()
    history = [opened_by(nth) for nth in range(20)]
    replayed = [replace(one, envelope=replace(one.envelope, mode=Mode.REPLAY)) for one in map(opened_by, range(20, 40))]
    async with mail_server(post, around.smtp_port), around.running():
        await around.ticket_events(*history)
        await around.until(sent=20)
        await around.ticket_events(*history, *replayed, opened_by(40))
        await around.until(sent=21)
    assert len(post.recipients) == 21
