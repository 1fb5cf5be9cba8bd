"""Topics: their names, writers and partitions are a promise too. A key's order holds only while partitions stay."""

from gongdan.shared.contracts.topics import TOPICS

PROMISED = {
    "gongdan.inbound.v1": ("intake", 6, False),
    "gongdan.outcomes.v1": ("router", 6, False),
    "gongdan.tickets.v1": ("router", 6, True),
    "gongdan.sla.v1": ("sla-timer", 6, False),
    "gongdan.deliveries.v1": ("notifier", 6, False),
    "gongdan.definitions.v1": ("intake", 1, False),
    "gongdan.access.v1": ("api", 1, False),
    "gongdan.audit.v1": ("api", 1, False),
}


def test_a_topic_keeps_its_writer_its_partitions_and_its_order() -> None:
    now = {spec.topic.value: (spec.writer, spec.partitions, spec.ordered) for spec in TOPICS.values()}
    assert now == now | PROMISED
