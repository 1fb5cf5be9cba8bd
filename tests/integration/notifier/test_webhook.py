"""Webhooks against a real receiver: signed, never redirected, never let into the house."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from gongdan.notifier.adapters.webhook import WebhookCarrier, resolve
from gongdan.notifier.domain.compose import compose
from gongdan.notifier.domain.delivery import Claimed
from gongdan.notifier.domain.retry import Disabled, GiveUp, Gone, Result, Taken, TryLater
from gongdan.notifier.domain.signature import keys_from, sign
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.clock import FakeClock
from gongdan.shared.definitions.catalog import Catalog
from gongdan.shared.definitions.registry import Definition
from tests.handlers.notifier.world import FakeDefinitions
from tests.integration.notifier.receiver import Receiver, listening
from tests.unit.notifier.given import NOON, ROUTER, TICKET, breached, catalog, channel, desk, wants

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK_SECRET", SECRET)


@dataclass
class Hooks:
    """A carrier with one Channel."""

    channel: Definition
    clock: FakeClock = field(default_factory=lambda: FakeClock(NOON))
    addresses: Sequence[str] = ("127.0.0.1",)
    seconds: float = 15.0

    @asynccontextmanager
    async def carrier(self, known: Catalog | None = None) -> AsyncIterator[WebhookCarrier]:
        """The carrier, its client closed afterwards. Names lead to `addresses`."""

        async def lookup(host: str, port: int) -> Sequence[str]:
            return self.addresses

        definitions = FakeDefinitions(catalog(self.channel) if known is None else known)
        carrier = WebhookCarrier(definitions, self.clock, lookup, self.seconds)
        yield carrier
        await carrier.stop()

    def claimed(self, disabled_version: int | None = None) -> Claimed:
        """A breach for the endpoint, in hand."""
        want = next(one for one in wants(breached(), ROUTER, self.channel) if one.channel == "webhook")
        return Claimed(compose(want, Thread(TICKET), desk(self.channel), NOON), 1, disabled_version)

    async def post(self, disabled_version: int | None = None) -> Result:
        """Make one attempt."""
        async with self.carrier() as carrier:
            return await carrier.carry(self.claimed(disabled_version))


def hooks_to(receiver: Receiver, *, url: str | None = None, version: int = 1, allow_private: bool = True) -> Hooks:
    """A Channel that leads to the receiver, which is on this machine."""
    return Hooks(channel(version=version, url=url or receiver.url, allow_private=allow_private))


async def test_a_webhook_arrives_signed_and_whole() -> None:
    async with listening(Receiver()) as receiver:
        hooks = hooks_to(receiver)
        assert await hooks.post() == Taken()
    headers, body = receiver.got[0]
    delivery = hooks.claimed().delivery
    assert headers["webhook-id"] == str(delivery.id)
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    expected = sign(keys_from(SECRET), str(delivery.id), int(NOON.timestamp()), body)
    assert (headers["webhook-timestamp"], headers["webhook-signature"]) == (str(int(NOON.timestamp())), expected)


async def test_a_retry_has_the_same_id_and_body_and_its_own_timestamp() -> None:
    async with listening(Receiver([(500, {})])) as receiver:
        hooks = hooks_to(receiver)
        assert await hooks.post() == TryLater("HTTP 500")
        hooks.clock.move(timedelta(seconds=5))
        assert await hooks.post() == Taken()
    (first, body), (second, again) = receiver.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 5
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (200, {}, Taken()),
        (299, {}, Taken()),
        (302, {"location": "http://127.0.0.1/elsewhere"}, TryLater("HTTP 302")),
        (400, {}, TryLater("HTTP 400")),
        (404, {}, TryLater("HTTP 404")),
        (410, {}, Gone("HTTP 410", 3)),
        (429, {"retry-after": "90"}, TryLater("HTTP 429", timedelta(seconds=90))),
        (503, {"retry-after": "Mon, 02 Mar 2026 12:10:00 GMT"}, TryLater("HTTP 503", timedelta(minutes=10))),
    ],
)
async def test_each_answer_has_its_meaning(status: int, headers: dict[str, str], expected: Result) -> None:
    async with listening(Receiver([(status, headers)])) as receiver:
        hooks = hooks_to(receiver, version=3)
        assert await hooks.post() == expected
    assert len(receiver.got) == 1


async def test_a_receiver_that_is_too_slow_is_tried_later() -> None:
    async with listening(Receiver(slow=1)) as receiver:
        hooks = hooks_to(receiver)
        hooks.seconds = 0.1
        assert await hooks.post() == TryLater("no answer within 0.1 seconds")


async def test_a_receiver_that_is_not_there_is_tried_later() -> None:
    assert isinstance(await hooks_to(Receiver()).post(), TryLater)


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "10.0.0.1"), ("::ffff:127.0.0.1",), ()])
async def test_an_address_inside_is_not_reached_unless_the_channel_allows_it(addresses: tuple[str, ...]) -> None:
    async with listening(Receiver()) as receiver:
        hooks = hooks_to(receiver, allow_private=False, url=f"http://inside.example:{receiver.port}/hook")
        hooks.addresses = addresses
        result = await hooks.post()
    assert isinstance(result, GiveUp)
    assert "allow_private" in result.error
    assert receiver.got == []


async def test_the_connection_goes_to_the_address_that_was_checked_under_the_name_that_was_meant() -> None:
    async with listening(Receiver()) as receiver:
        hooks = hooks_to(receiver, url=f"http://partner.invalid:{receiver.port}/hook")
        assert await hooks.post() == Taken()
    assert receiver.got[0][0]["host"] == f"partner.invalid:{receiver.port}"


async def test_over_tls_the_name_that_was_meant_is_asked_for() -> None:
    """The client's first message names the host in clear; its certificate is then checked against that name."""
    hello: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hello.append(await reader.read(4096))
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        assert isinstance(await hooks_to(Receiver(), url=f"https://partner.invalid:{port}/").post(), TryLater)
    assert b"partner.invalid" in hello[0]


async def test_a_name_is_resolved_by_the_system() -> None:
    assert "127.0.0.1" in await resolve("localhost", 80)


async def test_a_name_that_leads_nowhere_is_tried_later() -> None:
    async with hooks_to(Receiver(), url="https://nowhere.invalid/").carrier() as carrier:
        carrier.resolve = _nowhere
        assert isinstance(await carrier.carry(hooks_to(Receiver()).claimed()), TryLater)


async def _nowhere(host: str, port: int) -> Sequence[str]:
    raise OSError(f"{host} is not known")


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with listening(Receiver()) as receiver:
        assert await hooks_to(receiver).post() == Taken()


@pytest.mark.parametrize("secret", ["", "not base64!"])
async def test_a_secret_that_cannot_sign_is_waited_for(monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("HOOK_SECRET", secret)
    result = await hooks_to(Receiver()).post()
    assert isinstance(result, TryLater)
    assert "write whsec_" in result.error


async def test_a_missing_secret_is_waited_for_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOOK_SECRET")
    result = await hooks_to(Receiver()).post()
    assert isinstance(result, TryLater)
    assert "env:HOOK_SECRET" in result.error


async def test_a_channel_that_was_deleted_is_given_up() -> None:
    hooks = hooks_to(Receiver())
    async with hooks.carrier(catalog()) as carrier:
        assert await carrier.carry(hooks.claimed()) == GiveUp("the Channel partner is not there any more")


@pytest.mark.parametrize(("disabled_version", "reached"), [(3, False), (4, False), (2, True), (None, True)])
async def test_an_endpoint_that_was_gone_is_reached_again_once_its_channel_changes(
    disabled_version: int | None, reached: bool
) -> None:
    async with listening(Receiver()) as receiver:
        hooks = hooks_to(receiver, version=3)
        result = await hooks.post(disabled_version)
    assert (result, len(receiver.got)) == ((Taken(), 1) if reached else (Disabled(), 0))
