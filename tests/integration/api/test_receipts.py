"""Receipts: whoever filled in a form learns the number of its ticket, and strangers learn nothing else."""

from uuid import uuid4

import httpx

from gongdan.shared.contracts.messages import Channel
from tests.integration.api.live import Live
from tests.kit.whole_story import WholeStory

FORM = WholeStory(1, channel="form")


async def receipt(live: Live, story: WholeStory) -> httpx.Response:
    return await live.stranger.get(f"/v1/receipts/{story.message_id}")


async def test_a_form_is_pending_until_it_is_a_ticket_whose_number_is_told(live: Live) -> None:
    await live.tell(FORM.received())
    first = await receipt(live, FORM)
    assert first.json() == {"message_id": str(FORM.message_id), "status": "pending", "ticket": None}
    await live.tell(*FORM.opened())
    assert (await receipt(live, FORM)).json() == first.json() | {"status": "applied", "ticket": "GD-1"}


async def test_what_came_on_other_channels_has_no_receipt(live: Live) -> None:
    others: tuple[Channel, ...] = ("api", "email", "webhook", "call")
    for number, channel in enumerate(others, 2):
        story = WholeStory(number, channel=channel)
        await live.tell(*story.all())
        assert (await receipt(live, story)).status_code == 404


async def test_an_outcome_without_its_message_tells_strangers_nothing_yet(live: Live) -> None:
    await live.tell(*FORM.opened())
    assert (await receipt(live, FORM)).status_code == 404
    await live.tell(FORM.received())
    assert (await receipt(live, FORM)).json()["ticket"] == "GD-1"


async def test_an_unknown_receipt_is_a_problem_that_names_its_id(live: Live) -> None:
    for wrong, status in ((str(uuid4()), 404), ("GD-1", 422)):
        answer = await live.stranger.get(f"/v1/receipts/{wrong}")
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["errors"][0]["field"] == "message_id"


async def test_a_receipt_is_read_only_and_opens_nothing_else(live: Live) -> None:
    assert (await live.stranger.post(f"/v1/receipts/{FORM.message_id}")).status_code == 405
    for path in ("/v1/receipts", f"/v1/messages/{FORM.message_id}", "/v1/receipts/../tickets"):
        assert (await live.stranger.get(path)).status_code == 401
