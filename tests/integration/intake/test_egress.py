"""Fetching small files: never from private networks, whatever a name says, and never without an end."""

from collections.abc import Sequence

import pytest

from gongdan.intake.adapters.egress import PublicFetch
from gongdan.shared.errors import RetryLater
from tests.ports import free_port

PRIVATE = [
    ["127.0.0.1"],
    ["10.0.0.7"],
    ["169.254.169.254"],
    ["::1"],
    ["::ffff:192.168.0.1"],
    ["1.1.1.1", "10.0.0.7"],
    [],
]


@pytest.mark.parametrize("addresses", PRIVATE, ids=str)
async def test_a_host_with_a_private_address_is_not_asked(addresses: list[str]) -> None:
    asked: list[str] = []

    async def resolve(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return addresses

    with pytest.raises(RetryLater, match="not on the public internet"):
        await PublicFetch(resolve).get("https://sns.eu-west-1.amazonaws.com/x.pem")
    assert asked == ["sns.eu-west-1.amazonaws.com"]


async def test_only_https_is_spoken() -> None:
    async def resolve(_: str, __: int) -> Sequence[str]:
        return ["1.1.1.1"]

    with pytest.raises(RetryLater):
        await PublicFetch(resolve).get("http://sns.eu-west-1.amazonaws.com/x.pem")


async def test_a_name_that_leads_nowhere_is_asked_again_later() -> None:
    with pytest.raises(RetryLater):
        await PublicFetch().get(f"https://localhost:{free_port()}/x.pem")
