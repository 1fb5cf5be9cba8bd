"""A whole running Gongdan as an async context manager, for tests, the demo and benchmarks.

    async with Stack(folder) as stack:
        await post(stack.front_url + "/intake/v1/messages", token=stack.admin_token)
        await stack.kill("router")
        await stack.until_ready()

With `broker` (such as an Apache Kafka) the same stack runs on that instead of the embedded broker.
"""

import asyncio
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, Self

from gongdan.shared.embedded.installation import Installation, UnitMaker, bare_environment, service_units
from gongdan.shared.embedded.keeper import Pace
from gongdan.shared.embedded.layout import open_data_dir
from gongdan.shared.embedded.ports import Ports
from gongdan.shared.embedded.preflight import find_offset
from gongdan.shared.embedded.supervisor import SERVICE_GRACE, Supervisor

READY_SECONDS = 60.0


class Broker(Protocol):
    """A Kafka broker that is not the embedded one. Its data outlives `kill` and `start`."""

    @property
    def bootstrap(self) -> str:
        """host:port[,…]."""
        ...

    async def start(self) -> None:
        """Start it and wait until it answers."""
        ...

    async def stop(self) -> None:
        """End it in good order."""
        ...

    async def kill(self) -> None:
        """End it at once, as a crash would."""
        ...


class Stack:
    """One installation on free ports. `environment` is added to what the services are told.

    A `broker` must run already and goes on running; `announced` holds the latest changes of state as
    (name, text).
    """

    def __init__(
        self,
        data_dir: Path,
        port_offset: int | None = None,
        *,
        broker: Broker | None = None,
        environment: Mapping[str, str] | None = None,
        services: UnitMaker = service_units,
        pace: Pace | None = None,
    ) -> None:
        self._broker = broker
        self.ports = Ports.shifted(find_offset() if port_offset is None else port_offset)
        self.data = open_data_dir(data_dir)
        self.announced: deque[tuple[str, str]] = deque(maxlen=1000)
        self.installation = Installation(
            data=self.data,
            ports=self.ports,
            kafka_bootstrap=broker.bootstrap if broker else None,
            environment=bare_environment() | dict(environment or {}),
        )
        self.supervisor = Supervisor(self.installation, self._announce, services, pace)

    @property
    def front_url(self) -> str:
        """The front door, such as http://127.0.0.1:18080."""
        return self.installation.front_url

    @property
    def admin_token(self) -> str:
        """The bearer token that may do everything."""
        return self.data.admin_token.read_text().strip()

    @property
    def database_url(self) -> str:
        """postgresql+asyncpg://…, as the services have it."""
        return self.installation.database_url

    @property
    def kafka_bootstrap(self) -> str:
        """host:port of the broker."""
        return self.installation.bootstrap

    def url(self, service: str) -> str:
        """The address of one service itself, such as that of `sla-timer`."""
        return f"http://127.0.0.1:{self.ports.of(service)}"

    def pid(self, name: str) -> int | None:
        """The process id of a service, `postgres`, `broker` or `front-door`; None while it is down."""
        return self.supervisor.keeper(name).unit.pid

    def restarts(self, name: str) -> int:
        """How often it was started again after it had died."""
        return self.supervisor.keeper(name).restarts

    async def start(self) -> None:
        """Bring everything up and wait until it is ready."""
        await self.supervisor.start()

    async def stop(self) -> None:
        """End everything in good order; the data stays."""
        await self.supervisor.stop()

    async def until_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until everything that is kept is ready. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            await self.supervisor.until_ready()

    async def kill(self, name: str) -> None:
        """SIGKILL one process; it is started again by itself, as in `gongdan up`."""
        await self.supervisor.keeper(name).kill()

    async def kill_broker(self) -> None:
        """SIGKILL the broker and start it again. The embedded one comes back empty."""
        if self._broker is None:
            await self.kill("broker")
            return
        await self._broker.kill()
        await self._broker.start()

    async def kill_all(self) -> None:
        """SIGKILL every process, PostgreSQL included, not a broker that was handed in; then `start` again."""
        await self.supervisor.kill_all()

    async def take_down(self, name: str) -> None:
        """End one process in good order and keep it down until `bring_back`."""
        await self.supervisor.keeper(name).stop(SERVICE_GRACE)

    async def bring_back(self, name: str) -> None:
        """Start again what was taken down, and wait until it is ready."""
        keeper = self.supervisor.keeper(name)
        keeper.begin()
        await keeper.until_ready()

    async def restart(self, name: str) -> None:
        """End one process in good order, start it again, wait until it is ready."""
        await self.take_down(name)
        await self.bring_back(name)

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(self, *error: object) -> None:
        """Stop."""
        await self.stop()

    def _announce(self, name: str, text: str) -> None:
        self.announced.append((name, text))
