"""Which tests run in one worker, one after the other: those that share servers, which take long to start."""

from xdist.scheduler import LoadScopeScheduling


class Neighbours(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist says of its schedulers that they have no types
    """Keeps together the tests of a file, those that share the embedded stack, and all that share Apache Kafka."""

    def _split_scope(self, nodeid: str) -> str:
        path, _, name = nodeid.partition("::")
        if "[apache" in name:
            return "apache"
        return "embedded" if path.startswith("tests/e2e/") else path
