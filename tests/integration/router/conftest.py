"""Makes both kinds of broker known to the tests of this folder."""

from tests.kafka.fixtures import own_apache_kafka
from tests.kit.brokers import any_broker

__all__ = ["any_broker", "own_apache_kafka"]
