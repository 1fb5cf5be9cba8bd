"""Outgoing webhooks: signatures, payloads, and the addresses they may reach."""

import json
from pathlib import Path
from typing import Any

import pytest

from gongdan.notifier.domain.compose import compose
from gongdan.notifier.domain.hook import Hook
from gongdan.notifier.domain.signature import headers, keys_from, sign
from gongdan.notifier.domain.thread import Thread
from gongdan.shared.contracts.base import Contract
from gongdan.shared.egress import is_public
from tests.unit.notifier.given import (
    NOON,
    ROUTER,
    TICKET,
    assigned,
    breached,
    channel,
    desk,
    opened,
    replied,
    wants,
    warned,
)

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "webhooks.json"

# Published with the reference libraries of Standard Webhooks.
OWN_VECTORS = [
    {
        "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "timestamp": 1614265330,
        "body": '{"test": 2432232314}',
        "signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
]


def vectors() -> list[dict[str, Any]]:
    """Ours, and those of the corpus where it is present."""
    found = json.loads(CORPUS.read_text()) if CORPUS.exists() else []
    good = [one for one in found if one["scheme"] == "standard-webhooks" and one["valid"]]
    return OWN_VECTORS + good


@pytest.mark.parametrize("vector", vectors())
def test_signatures_are_those_of_the_published_vectors(vector: dict[str, Any]) -> None:
    made = sign(keys_from(vector["secret"]), vector["id"], vector["timestamp"], vector["body"].encode())
    assert made in vector["signature"].split(" ")


def test_while_a_secret_is_replaced_both_sign() -> None:
    both = sign(keys_from("whsec_b2xk whsec_bmV3"), "id", 1, b"{}")
    assert both.split(" ") == [sign((key,), "id", 1, b"{}") for key in (b"old", b"new")]


@pytest.mark.parametrize("secret", ["", "  ", "whsec_", "whsec_not base64!", "ü"])
def test_a_secret_that_is_none_is_refused_without_being_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="write whsec_") as refusal:
        keys_from(secret)
    assert "not base64!" not in str(refusal.value)


def test_the_timestamp_is_that_of_the_attempt_in_seconds() -> None:
    assert headers((b"key",), "id", NOON, b"{}")["webhook-timestamp"] == str(int(NOON.timestamp()))


def payload(data: Contract) -> dict[str, Any]:
    """What an endpoint that listens to everything is told."""
    everything = channel(events=[type(data).__name__])
    want = next(one for one in wants(data, ROUTER, everything) if one.channel == "webhook")
    hook = Hook.model_validate_json(compose(want, Thread(TICKET), desk(everything), NOON).content)
    found: dict[str, Any] = json.loads(hook.body)
    return found


@pytest.mark.parametrize("data", [opened(), replied(), assigned(), warned(), breached()])
def test_a_payload_says_what_when_and_about_which_ticket(data: Contract) -> None:
    found = payload(data)
    assert set(found) == {"type", "timestamp", "data"}
    assert (found["type"], found["timestamp"]) == (type(data).__name__, "2026-03-02T12:00:00+00:00")
    assert (found["data"]["ticket"], found["data"]["ticket_id"]) == ("GD-1", str(TICKET))


def test_a_payload_holds_nothing_of_what_people_wrote() -> None:
    assert "unplug" not in json.dumps(payload(replied()))


def test_a_payload_stays_small_whatever_is_in_the_ticket() -> None:
    big = opened(ticket={"subject": "主" * 100_000, "tags": ("x",) * 10_000, "fields": {"a": "b" * 100_000}})
    assert len(json.dumps(payload(big), ensure_ascii=False).encode()) <= 20_000


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - a string to be refused
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "not an address",
    ],
)
def test_addresses_inside_are_out_of_reach(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_in_reach(address: str) -> None:
    assert is_public(address)
