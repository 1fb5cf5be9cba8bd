"""Partner systems, each with its own proof, from the front door to the ticket."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
import yaml

from tests.e2e.desk import Desk, Json
from tests.kit.partners import PARTNERS, Partner, quoted

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

BODY = b'{"text": "printer on fire"}'
PRESET = Path(__file__).parents[2] / "definitions" / "sources" / "alertmanager.yaml"


async def tickets_of(desk: Desk, requester: str, status: str | None = None) -> list[Json]:
    """The tickets of a requester, once there are some; with a status, once one has it."""
    async with asyncio.timeout(60):
        while True:
            found = list((await desk.get("/v1/tickets", requester=requester))["items"])
            if found and (status is None or any(one["status"] == status for one in found)):
                return found
            await asyncio.sleep(0.1)


def source(name: str, partner: Partner, folder: Path, who: str) -> Json:
    """A partner's Source, its secrets in files."""
    verify: dict[str, Any] = dict(partner.verify)
    for key, secret in partner.secrets.items():
        path = folder / f"{name}-{key}"
        path.write_text(secret)
        verify = {field: f"file:{path}" if value == f"env:{key}" else value for field, value in verify.items()}
    spec = {"verify": verify, "map": {"subject": f"'{name}'", "requester": {"email": f"'{who}'"}}}
    return {"apiVersion": "gongdan/v1", "kind": "Source", "metadata": {"name": name}, "spec": spec}


async def test_every_partners_request_becomes_a_ticket(desk: Desk, tmp_path: Path) -> None:
    named = {name.replace("_", "-"): partner for name, partner in PARTNERS.items()}
    people = {name: f"{name}-{uuid4().hex[:8]}@example.com" for name in named}
    await desk.define(*(source(name, partner, tmp_path, people[name]) for name, partner in named.items()))
    for name, partner in named.items():
        answer = await _send(desk, name, partner)
        assert answer.is_success, f"{name}: {answer.status_code} {answer.text}"
        refused = await _send(desk, name, partner, broken=True)
        assert refused.status_code == 401 or name == "ip-list", name
    for name, who in people.items():
        (ticket,) = await tickets_of(desk, who)
        assert (ticket["subject"], ticket["channel"]) == (name, "webhook")


async def _send(desk: Desk, name: str, partner: Partner, *, broken: bool = False) -> httpx.Response:
    """A partner's request; broken: with another proof."""
    path = f"/intake/v1/hooks/{name}"
    call = partner.sign(BODY, datetime.now(UTC), f"{desk.stack.front_url}{path}")
    headers, query, body = dict(call.headers), dict(call.query), call.body
    if broken and call.signature in query:
        query[call.signature] = "0"
    elif broken and call.signature:
        headers[call.signature] += "0"
    elif broken:
        body = body.replace(b'"signature":"', b'"signature":"0')
    address = path + (f"?{quoted(query)}" if query else "")
    return await desk.http.request(call.method, address, content=body, headers=headers)


async def test_an_alert_opens_a_ticket_and_its_end_closes_it(desk: Desk, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("token-of-the-monitor")
    document = yaml.safe_load(PRESET.read_text())
    document["spec"]["verify"]["secretRef"] = f"file:{token}"
    await desk.define(document)
    print_of = uuid4().hex
    labels = {"alertname": f"Disk {print_of}", "severity": "critical"}
    alert = {"fingerprint": print_of, "labels": labels, "annotations": {"summary": "full"}, "status": "firing",
             "startsAt": "2026-03-02T06:00:00Z", "endsAt": "0001-01-01T00:00:00Z"}  # fmt: skip
    over = alert | {"status": "resolved", "endsAt": "2026-03-02T06:30:00Z"}
    headers = {"authorization": "Bearer token-of-the-monitor"}
    for payload in ({"alerts": [alert]}, {"alerts": [alert]}, {"alerts": [over]}):
        answer = await desk.http.post("/intake/v1/hooks/alertmanager", json=payload, headers=headers)
        outcome = await desk.applied(answer.json()["message_id"])
    ticket = await desk.get(f"/v1/tickets/{outcome['ticket']}")
    assert (ticket["subject"], ticket["priority"]) == (f"Disk {print_of}", "urgent")
    assert ticket["status_category"] in ("resolved", "closed")
