"""What is mended in aiokafka, seen in the requests it makes."""

from unittest.mock import AsyncMock, Mock

import pytest
from aiokafka import client
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.protocol.group import LeaveGroupRequest
from aiokafka.protocol.metadata import MetadataRequest_v5

from gongdan.shared.bus.mended import mend

mend()


def test_no_question_about_a_topic_lets_the_broker_make_it() -> None:
    asked = client.MetadataRequest(["a-topic"]).build(MetadataRequest_v5)
    assert asked.allow_auto_topic_creation is False


@pytest.mark.parametrize(("generation", "said"), [(-1, False), (0, True), (7, True)])
async def test_a_member_says_that_it_leaves_in_every_generation(generation: int, said: bool) -> None:
    member = Mock(generation=generation, _group_instance_id=None, group_id="g", member_id="m", _send_req=AsyncMock())
    await GroupCoordinator._maybe_leave_group(member)
    assert [type(call.args[0]) for call in member._send_req.await_args_list] == [LeaveGroupRequest] * said
