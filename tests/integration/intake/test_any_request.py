"""Any request that the OpenAPI document allows, and any that it forbids, is answered without a fault of ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from starlette.routing import Route

from gongdan.intake.routes.bulk import TAKEN
from gongdan.intake.routes.openapi import PATH
from tests.integration.intake.desk import TOKEN, Intake
from tests.kit.http_server import served

EXAMPLES = 12
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@schemathesis.serializer(*TAKEN)
def as_lines(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """One value on a line."""
    return value if isinstance(value, bytes) else orjson.dumps(value, default=str) + b"\n"


@dataclass(frozen=True, slots=True)
class Door:
    """Intake's HTTP interface, as its own document has it."""

    url: str
    schema: Any

    def try_all(self, mode: GenerationMode) -> list[str]:
        """Ask every operation; returns the requests that were answered with a fault of ours."""
        return [fault for found in self.schema.get_all_operations() for fault in self._try(found.ok(), mode)]

    def _try(self, operation: Any, mode: GenerationMode) -> list[str]:
        faults: list[str] = []

        @settings(max_examples=EXAMPLES, database=None, deadline=None, suppress_health_check=QUIET, derandomize=True,
                  phases=[Phase.explicit, Phase.generate])  # fmt: skip
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answer = case.call(base_url=self.url, headers={"Authorization": f"Bearer {TOKEN}"})
            if answer.status_code >= 500:
                faults.append(f"{case.as_curl_command()}: {answer.status_code} {answer.text[:300]}")

        # Of some operations there is nothing to get wrong.
        with contextlib.suppress(Unsatisfiable):
            ask()
        return faults


@pytest.fixture
async def door(intake: Intake) -> AsyncIterator[Door]:
    """Intake behind its own protocol."""
    intake.service.health.ready()
    async with served(intake.service.app, intake.service.protocol) as port:
        url = f"http://127.0.0.1:{port}"
        document = (await intake.http.get("/intake/v1/openapi.json")).json()
        yield Door(url, schemathesis.openapi.from_dict(document))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES, ids=["allowed", "forbidden"])
async def test_no_request_is_answered_with_a_fault_of_ours(door: Door, mode: GenerationMode) -> None:
    assert await asyncio.to_thread(door.try_all, mode) == []


async def test_the_document_knows_every_route(intake: Intake) -> None:
    document = (await intake.http.get("/intake/v1/openapi.json")).json()
    routes = [route for route in intake.service.app.routes if isinstance(route, Route)]
    served_at = {
        (route.path, method)
        for route in routes
        for method in route.methods or ()
        if route.path.startswith("/intake/") and method != "HEAD" and route.path != PATH
    }
    told = {(path, method.upper()) for path, methods in document["paths"].items() for method in methods}
    assert told == served_at


async def test_the_document_is_valid(intake: Intake) -> None:
    document = (await intake.http.get("/intake/v1/openapi.json")).json()
    schemathesis.openapi.from_dict(document).validate()


async def test_paths_that_are_none_and_methods_that_are_not_taken_are_problems(intake: Intake) -> None:
    answers: list[httpx.Response] = [
        await intake.http.get("/intake/v1/nothing"),
        await intake.http.put("/intake/v1/messages"),
        await intake.http.get("/intake/v1/%00%ff/messages"),
    ]
    assert [answer.status_code for answer in answers] == [404, 405, 404]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
