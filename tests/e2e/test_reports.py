"""The figures of a worked example: its definitions are applied, tickets come in, its dashboard and report show them."""

import asyncio
import csv
import io
from pathlib import Path
from uuid import uuid4

import pytest

from gongdan.shared.embedded.stack import Stack
from tests.e2e.desk import Desk, Json
from tests.e2e.test_command_line import gongdan

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session")]

EXAMPLE = Path(__file__).parents[2] / "definitions" / "examples" / "equipment-maintenance"


async def board(desk: Desk) -> dict[str, Json]:
    """The cards of the example's dashboard by id, once its definition is known."""
    async with asyncio.timeout(60):
        while True:
            answer = await desk.http.get("/v1/dashboards/maintenance", headers=desk.admin)
            if answer.status_code == 200:
                return {tile["id"]: tile for tile in answer.json()["tiles"]}
            await asyncio.sleep(0.1)


async def test_an_examples_dashboard_report_and_export_show_the_tickets_that_came_in(stack: Stack, desk: Desk) -> None:
    status, said = await gongdan(stack, "apply", "-f", str(EXAMPLE))
    assert status == 0, said
    before = (await board(desk))["open"]["table"]["total"]["backlog"]
    for number in range(3):
        answers = {"name": "A customer", "email": "customer@example.com", "device": f"D-{number}", "fault": "It leaks."}
        await desk.applied(await desk.form(answers, form="repair"))
    tiles = await board(desk)
    assert tiles["open"]["table"]["total"] == {"backlog": before + 3}
    assert {tile["id"] for tile in tiles.values() if tile["trouble"]} == set()
    report = await desk.get("/v1/reports/weekly", workspace="maintenance")
    assert report["table"]["total"]["created"] >= 3
    assert (len(report["table"]["columns"][0]["values"]), report["table"]["time_zone"]) == (13, "Asia/Shanghai")
    query = {"workspace": "maintenance", "columns": ["number", "fields.device"]}
    export = await desk.http.get("/v1/reports/export", params=query, headers=desk.admin)
    rows = list(csv.DictReader(io.StringIO(export.text, newline="")))
    assert {"D-0", "D-1", "D-2"} <= {row["fields.device"] for row in rows}


async def test_a_key_without_the_action_gets_neither_figures_nor_files(desk: Desk) -> None:
    made = (await desk.post("/auth/keys", {"name": f"erp-{uuid4().hex[:8]}", "roles": ["partner"]})).json()
    headers = {"Authorization": f"Bearer {made['secret']}"}
    for path in ("pivot", "export", "columns", "weekly"):
        assert (await desk.http.get(f"/v1/reports/{path}", headers=headers)).status_code == 403, path
