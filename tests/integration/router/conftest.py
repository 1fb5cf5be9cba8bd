"""Makes both kinds of broker known to the tests of this folder."""

from tests.kit.brokers import any_broker

__all__ = ["any_broker"]
