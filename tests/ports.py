"""Free ports for servers under test.

They are not taken from where the system takes those of outgoing connections: such a connection could have a port in
the moment in which its server starts. Processes of one run have ranges of their own; within them a port comes again
only after all others.
"""

import os
import random
import socket
from itertools import cycle

FIRST, EACH = 10_000, 2_000
_NTH = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 5
_RANGE = range(FIRST + _NTH * EACH, FIRST + (_NTH + 1) * EACH)
_START = random.randrange(EACH)  # noqa: S311 - other runs on this machine begin elsewhere, no secret
_PORTS: "cycle[int]" = cycle([*_RANGE[_START:], *_RANGE[:_START]])


def free_port() -> int:
    """A TCP port on the loopback address that nobody listens on now."""
    for port in _PORTS:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("a cycle has no end")
