"""One installation on this machine: its data folder, its ports, its broker, and what each service is told."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gongdan.shared.embedded.layout import DataDir
from gongdan.shared.embedded.ports import Ports
from gongdan.shared.embedded.postgres_config import url
from gongdan.shared.embedded.process import Command
from gongdan.shared.embedded.units import ProcessUnit, Unit, http_ready

SERVICES = ("intake", "router", "sla-timer", "notifier", "api")
FRONT_DOOR = "front-door"
PREFIX = "GONGDAN_"


@dataclass(frozen=True, slots=True)
class Installation:
    """What belongs together. `environment` is what services inherit; what they must be told is laid over it.

    `kafka_bootstrap` (host:port[,…]) names a broker that somebody else runs; without it the embedded one is
    used.
    """

    data: DataDir
    ports: Ports
    kafka_bootstrap: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def front_url(self) -> str:
        """The front door's address."""
        return f"http://127.0.0.1:{self.ports.front}"

    @property
    def bootstrap(self) -> str:
        """Where Kafka is."""
        return self.kafka_bootstrap or f"127.0.0.1:{self.ports.broker}"

    @property
    def database_url(self) -> str:
        """Where the database is, password included; known once PostgreSQL was started."""
        return url(self.ports.postgres, self.data.postgres_password.read_text().strip())

    def all_ports(self) -> dict[str, int]:
        """The ports it listens on, by name."""
        ports = self.ports.all()
        if self.kafka_bootstrap:
            del ports["broker"]
        return ports


UnitMaker = Callable[[Installation], Sequence[Unit]]


def service_units(installation: Installation) -> list[Unit]:
    """The five services, in the order of the pipeline."""
    return [_service_unit(installation, name) for name in SERVICES]


def front_door_unit(installation: Installation) -> Unit:
    """The front door and the mail catcher, one process."""
    command = Command(
        name=FRONT_DOOR,
        argv=(sys.executable, "-m", "gongdan.shared.embedded.edge"),
        log=installation.data.log(FRONT_DOOR),
        env=_python_environment(installation) | _edge_settings(installation),
    )
    return ProcessUnit(command, http_ready(installation.ports.front, "/mail.json?limit=1"))


def own_environment() -> dict[str, str]:
    """What services inherit from whoever typed `gongdan up`: a secretRef may name any of it."""
    return dict(os.environ)


def bare_environment() -> dict[str, str]:
    """What services inherit in tests: nothing of Gongdan's own, so that every machine tests the same."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _service_unit(installation: Installation, name: str) -> Unit:
    port = installation.ports.of(name)
    command = Command(
        name=name,
        argv=(sys.executable, "-m", f"gongdan.{name.replace('-', '_')}"),
        log=installation.data.log(name),
        env=_python_environment(installation) | service_settings(installation, port),
    )
    return ProcessUnit(command, http_ready(port))


def service_settings(installation: Installation, http_port: int) -> dict[str, str]:
    """The settings of one service as environment variables. What a person may choose is not overwritten."""
    data, ports = installation.data, installation.ports
    chosen = {
        "GONGDAN_SMTP_URL": f"smtp://127.0.0.1:{ports.catcher}",
        "GONGDAN_PUBLIC_URL": installation.front_url,
        "GONGDAN_LOG_FORMAT": "json",
    }
    fixed = {
        "GONGDAN_DATABASE_URL": installation.database_url,
        "GONGDAN_KAFKA_BOOTSTRAP": installation.bootstrap,
        "GONGDAN_HTTP_HOST": "127.0.0.1",
        "GONGDAN_HTTP_PORT": str(http_port),
        "GONGDAN_SMTP_PORT": str(ports.smtp),
        "GONGDAN_BLOBS_DIR": str(data.blobs),
        "GONGDAN_SIGNING_KEY_FILE": str(data.signing_key),
        "GONGDAN_ADMIN_TOKEN_FILE": str(data.admin_token),
        "GONGDAN_EXAMPLE_SOURCE_SECRET": data.example_source_secret.read_text().strip(),
    }
    if installation.kafka_bootstrap is None:
        # The embedded broker refuses an idempotent producer, and answers a fetch only when its wait is over. Every
        # partition costs it time all the time.
        fixed |= {
            "GONGDAN_KAFKA_IDEMPOTENCE": "false",
            "GONGDAN_KAFKA_IN_MEMORY": "true",
            "GONGDAN_KAFKA_FETCH_WAIT_MS": "60",
            "GONGDAN_KAFKA_MOST_PARTITIONS": "1",
        }
    kept = {name: installation.environment[name] for name in chosen if name in installation.environment}
    return chosen | kept | fixed


def _edge_settings(installation: Installation) -> dict[str, str]:
    ports = installation.ports
    return {
        "GONGDAN_EDGE_PORT": str(ports.front),
        "GONGDAN_EDGE_INTAKE_PORT": str(ports.intake),
        "GONGDAN_EDGE_API_PORT": str(ports.api),
        "GONGDAN_EDGE_CATCHER_PORT": str(ports.catcher),
        "GONGDAN_EDGE_MAIL_DIR": str(installation.data.mail),
    }


def _python_environment(installation: Installation) -> dict[str, str]:
    # Unbuffered, so that the last words of a process that dies are in its log; with bytecode kept, as compiling
    # everything anew makes a start several times slower.
    kept = {name: value for name, value in installation.environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONUNBUFFERED": "1"}
