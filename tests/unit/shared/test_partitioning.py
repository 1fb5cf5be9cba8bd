"""Keys go to the partitions that other clients of Kafka would choose."""

from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st

from gongdan.shared.bus.partitioning import partition_of


@given(st.binary(max_size=80), st.integers(1, 50))
def test_the_partition_is_the_one_that_the_client_would_choose(key: bytes, count: int) -> None:
    partitions = list(range(count))
    assert partition_of(key, count) == DefaultPartitioner()(key, partitions, partitions)


def test_the_partition_of_a_key_stays_what_it_is_for_ever() -> None:
    keys = b"", b"GD-1", "网上".encode(), b"email:kunde@example.com"
    assert [partition_of(key, 12) for key in keys] == [9, 6, 7, 7]
