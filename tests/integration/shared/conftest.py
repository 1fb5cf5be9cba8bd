"""Makes both kinds of broker known to the tests of this folder."""

from tests.kafka.fixtures import apache_kafka, own_apache_kafka
from tests.kit.brokers import any_broker, either_broker

__all__ = ["any_broker", "apache_kafka", "either_broker", "own_apache_kafka"]
