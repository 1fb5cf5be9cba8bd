"""Makes Apache Kafka known to the tests of this folder."""

from tests.kafka.fixtures import own_apache_kafka

__all__ = ["own_apache_kafka"]
