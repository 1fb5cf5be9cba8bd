"""Makes Apache Kafka known to the tests of this folder."""

from tests.kafka.fixtures import apache_kafka, own_apache_kafka

__all__ = ["apache_kafka", "own_apache_kafka"]
