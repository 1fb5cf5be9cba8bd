"""What is mended in aiokafka, seen in the requests it makes."""

from aiokafka import client
from aiokafka.protocol.metadata import MetadataRequest_v5

from gongdan.shared.bus.mended import mend

mend()


def test_no_question_about_a_topic_lets_the_broker_make_it() -> None:
    asked = client.MetadataRequest(["a-topic"]).build(MetadataRequest_v5)
    assert asked.allow_auto_topic_creation is False
