"""Loops: what a failing step does to the readiness of its service."""

import asyncio
from datetime import timedelta

import pytest

from gongdan.shared.health import Health
from gongdan.shared.loops import Loop


@pytest.mark.parametrize(("lesser", "where"), [(False, "problems"), (True, "degraded")])
async def test_a_failing_step_stops_traffic_unless_it_only_tidies_up(lesser: bool, where: str) -> None:
    tried = asyncio.Event()

    async def step() -> timedelta:
        tried.set()
        raise ValueError("broken")

    health = Health("api")
    health.ready()
    loop = Loop("prune", step, health, lesser=lesser)
    await loop.start()
    async with asyncio.timeout(60):
        await tried.wait()
        await loop.stop()
    shown = {"problems": health.problems(), "degraded": health.degraded()}
    assert shown.pop(where) == {"prune": "ValueError: broken"}
    assert list(shown.values()) == [{}]
